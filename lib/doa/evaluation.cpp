#include "doa/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "core/errors.h"
#include "core/units.h"
#include "doa/metrics.h"
#include "so3/rotation.h"

namespace doa {
namespace {

/// Smallest confidence whose logarithm is taken.
constexpr double kSmallestConfidence = 1e-12;

/// Order of rising keys, equal ones in their given order; checks both columns.
std::vector<std::size_t> sorted_order(std::span<const double> key, std::span<const double> value,
                                      std::size_t groups) {
  if (groups == 0) throw core::UsageError("confidence: expected at least one group");
  const auto finite = [](double x) { return std::isfinite(x); };
  if (key.size() != value.size() || !std::all_of(key.begin(), key.end(), finite) ||
      !std::all_of(value.begin(), value.end(), finite)) {
    throw core::InputError(
        fmt::format("confidence: expected as many finite confidences as errors, found {} and {}",
                    key.size(), value.size()));
  }
  std::vector<std::size_t> order(key.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return key[a] < key[b]; });
  return order;
}

double log_of(double confidence) { return std::log(std::max(confidence, kSmallestConfidence)); }

}  // namespace

std::vector<ConfidenceGroup> confidence_curve(std::span<const double> confidence,
                                              std::span<const double> error_deg,
                                              std::size_t groups) {
  const std::vector<std::size_t> order = sorted_order(confidence, error_deg, groups);
  const std::size_t cuts = std::min(groups, order.size());
  std::vector<ConfidenceGroup> curve;
  for (std::size_t g = 0; g < cuts; ++g) {
    const std::size_t first = g * order.size() / cuts;
    const std::size_t end = (g + 1) * order.size() / cuts;
    ConfidenceGroup group;
    std::vector<double> errors;
    for (std::size_t i = first; i < end; ++i) {
      errors.push_back(error_deg[order[i]]);
      group.mean_confidence += confidence[order[i]];
      group.mean_error_deg += error_deg[order[i]];
    }
    group.n = errors.size();
    group.mean_confidence /= static_cast<double>(group.n);
    group.mean_error_deg /= static_cast<double>(group.n);
    group.lowest_confidence = confidence[order[first]];
    group.highest_confidence = confidence[order[end - 1]];
    std::sort(errors.begin(), errors.end());
    group.median_error_deg = quantile_sorted(errors, 0.5);
    curve.push_back(group);
  }
  return curve;
}

ConfidenceCalibration::ConfidenceCalibration(std::span<const double> confidence,
                                             std::span<const double> error_deg,
                                             std::size_t groups) {
  const std::vector<ConfidenceGroup> curve = confidence_curve(confidence, error_deg, groups);
  if (curve.empty() || curve.front().lowest_confidence < 0.0) {
    throw core::InputError(
        "calibration: expected estimates with known truth and confidences of zero or more");
  }
  // Blocks of neighboring groups, each [first, end) with its mean, merged until means fall.
  struct Block {
    std::size_t first, end;
    double sum, n;
  };
  std::vector<Block> blocks;
  for (std::size_t g = 0; g < curve.size(); ++g) {
    const double n = static_cast<double>(curve[g].n);
    blocks.push_back({g, g + 1, curve[g].mean_error_deg * n, n});
    while (blocks.size() > 1) {
      const Block& last = blocks.back();
      Block& before = blocks[blocks.size() - 2];
      if (before.sum * last.n >= last.sum * before.n) break;
      before = {before.first, last.end, before.sum + last.sum, before.n + last.n};
      blocks.pop_back();
    }
  }
  for (const Block& block : blocks) {
    for (std::size_t g = block.first; g < block.end; ++g) {
      log_confidence_.push_back(log_of(curve[g].mean_confidence));
      error_deg_.push_back(block.sum / block.n);
    }
  }
}

ConfidenceCalibration ConfidenceCalibration::from_points(std::vector<double> log_confidence,
                                                         std::vector<double> error_deg) {
  bool good = !error_deg.empty() && log_confidence.size() == error_deg.size();
  for (std::size_t i = 0; good && i < error_deg.size(); ++i) {
    good = std::isfinite(log_confidence[i]) && std::isfinite(error_deg[i]) && error_deg[i] >= 0.0 &&
           (i == 0 ||
            (log_confidence[i] >= log_confidence[i - 1] && error_deg[i] <= error_deg[i - 1]));
  }
  if (!good) {
    throw core::InputError(
        fmt::format("calibration: expected as many rising confidences as falling errors, found {} "
                    "and {}, or values out of order",
                    log_confidence.size(), error_deg.size()));
  }
  ConfidenceCalibration calibration;
  calibration.log_confidence_ = std::move(log_confidence);
  calibration.error_deg_ = std::move(error_deg);
  return calibration;
}

double ConfidenceCalibration::expected_error_deg(double confidence) const {
  const double key = log_of(confidence);
  const auto after = std::upper_bound(log_confidence_.begin(), log_confidence_.end(), key);
  if (after == log_confidence_.begin()) return error_deg_.front();
  if (after == log_confidence_.end()) return error_deg_.back();
  const std::size_t right = static_cast<std::size_t>(after - log_confidence_.begin());
  const double t =
      (key - log_confidence_[right - 1]) / (log_confidence_[right] - log_confidence_[right - 1]);
  return (1.0 - t) * error_deg_[right - 1] + t * error_deg_[right];
}

std::vector<ReliabilityPoint> reliability(std::span<const double> predicted_deg,
                                          std::span<const double> error_deg, std::size_t groups) {
  std::vector<ReliabilityPoint> points;
  for (const ConfidenceGroup& group : confidence_curve(predicted_deg, error_deg, groups)) {
    points.push_back({group.mean_confidence, group.mean_error_deg, group.n});
  }
  return points;
}

DirectionErrorMap::DirectionErrorMap(std::size_t columns, std::size_t rows)
    : columns_(columns), rows_(rows), sum_deg_(columns * rows), count_(columns * rows) {
  if (columns == 0 || rows == 0) throw core::UsageError("error map: expected at least one cell");
}

std::size_t DirectionErrorMap::cell(const Eigen::Vector3d& direction) const {
  const double turns = so3::azimuth_rad(direction) / (2.0 * std::numbers::pi) + 0.5;
  const double height = 0.5 * (direction.z() / direction.norm() + 1.0);
  const auto index = [](double share, std::size_t count) {
    const double position = std::clamp(share, 0.0, 1.0) * static_cast<double>(count);
    return std::min(static_cast<std::size_t>(position), count - 1);
  };
  return index(height, rows_) * columns_ + index(turns, columns_);
}

void DirectionErrorMap::add(const Eigen::Vector3d& direction, double error_deg) {
  const std::size_t c = cell(direction);
  sum_deg_[c] += error_deg;
  ++count_[c];
  ++total_;
}

double DirectionErrorMap::mean_error_deg(const Eigen::Vector3d& direction) const {
  const std::size_t c = cell(direction);
  if (count_[c] == 0) return std::numeric_limits<double>::quiet_NaN();
  return sum_deg_[c] / static_cast<double>(count_[c]);
}

std::vector<Eigen::Quaterniond> drifting_orientation(
    std::span<const Eigen::Quaterniond> q_world_sensor, double total_deg,
    core::RandomStream& random) {
  const Eigen::Vector3d axis = so3::random_direction(random);
  const double total_rad = core::degrees_to_radians(total_deg);
  const double steps = std::max(1.0, static_cast<double>(q_world_sensor.size()) - 1.0);
  std::vector<Eigen::Quaterniond> drifting;
  for (std::size_t n = 0; n < q_world_sensor.size(); ++n) {
    const double angle_rad = total_rad * static_cast<double>(n) / steps;
    drifting.push_back(so3::exp(angle_rad * axis) * q_world_sensor[n]);
  }
  return drifting;
}

std::vector<float> turn_bins(std::span<const float> r_world, std::span<const std::uint32_t> frame,
                             std::span<const Eigen::Quaterniond> q_from,
                             std::span<const Eigen::Quaterniond> q_to) {
  if (r_world.size() != 3 * frame.size() || q_from.size() != q_to.size()) {
    throw core::InputError(
        fmt::format("orientation: expected 3 numbers for each bin and two orientations for each "
                    "frame, found {} numbers for {} bins, {} and {} orientations",
                    r_world.size(), frame.size(), q_from.size(), q_to.size()));
  }
  std::vector<Eigen::Matrix3f> turn;
  for (std::size_t n = 0; n < q_from.size(); ++n) {
    turn.push_back((q_to[n] * q_from[n].conjugate()).toRotationMatrix().cast<float>());
  }
  std::vector<float> turned(r_world.size());
  for (std::size_t i = 0; i < frame.size(); ++i) {
    if (frame[i] >= turn.size()) {
      throw core::InputError(fmt::format("orientation: bin {} is in frame {}, only {} are known", i,
                                         frame[i], turn.size()));
    }
    Eigen::Map<Eigen::Vector3f> r(&turned[3 * i]);
    r = turn[frame[i]] * Eigen::Map<const Eigen::Vector3f>(&r_world[3 * i]);
  }
  return turned;
}

}  // namespace doa
