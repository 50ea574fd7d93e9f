#include "doa/pooling.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"

namespace doa {
namespace {

void measure_confidence(const SessionBins& bins, const FrameRange& range, Pooled& pooled) {
  if (pooled.empty()) return;
  pooled.confidence =
      sum_bins_near(bins.columns(range), pooled.direction_world, kConfidenceKappa).weight;
  pooled.support = std::min(1.0, pooled.confidence / pooled.summed_norm);
}

/// Centroid and the measures that need one pass over the bins.
Pooled centroid(const SessionBins& bins, const FrameRange& range) {
  Pooled pooled;
  const BinColumns columns = bins.columns(range);
  const WeightedSum sums = sum_bins(columns);
  const double length = sums.vector.norm();
  pooled.bins = static_cast<std::size_t>(std::count_if(columns.norm, columns.norm + columns.count,
                                                       [](float norm) { return norm > 0.0f; }));
  if (length == 0.0) return pooled;
  pooled.direction_world = sums.vector / length;
  pooled.summed_norm = sums.weight;
  pooled.concentration = std::min(1.0, length / sums.weight);
  return pooled;
}

/// Sum of the bins near a direction. Each frame's sum is multiplied by the share of the frame's
/// norms near the direction.
Eigen::Vector3d sum_frames_near(const SessionBins& bins, const FrameRange& range,
                                const Eigen::Vector3d& direction, double kappa) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (std::size_t n = range.first; n < range.end; ++n) {
    if (bins.summed_norm(n) == 0.0) continue;
    const WeightedSum near = sum_bins_near(bins.columns({n, n + 1}), direction, kappa);
    const double share = near.weight / bins.summed_norm(n);
    sum += share * near.vector;
  }
  return sum;
}

}  // namespace

SessionBins::SessionBins(std::span<const float> r_world, std::span<const std::uint32_t> frame,
                         std::size_t frames) {
  const std::size_t bins = frame.size();
  if (r_world.size() != 3 * bins) {
    throw core::InputError(fmt::format("bins: expected 3 numbers for each of {} bins, found {}",
                                       bins, r_world.size()));
  }
  for (std::vector<float>* column : {&x_, &y_, &z_, &norm_}) column->resize(bins);
  first_bin_.assign(frames + 1, bins);
  std::size_t next_frame = 0;
  for (std::size_t i = 0; i < bins; ++i) {
    if (frame[i] >= frames || (i > 0 && frame[i] < frame[i - 1])) {
      throw core::InputError(
          fmt::format("bins: expected frames in rising order below {}, found {} at bin {}", frames,
                      frame[i], i));
    }
    while (next_frame <= frame[i]) first_bin_[next_frame++] = i;
    const Eigen::Vector3d r = Eigen::Map<const Eigen::Vector3f>(&r_world[3 * i]).cast<double>();
    const double norm = r.norm();
    if (!(norm <= 1e30)) {
      throw core::InputError(fmt::format(
          "bins: expected finite directions, found {} {} {} at bin {}", r.x(), r.y(), r.z(), i));
    }
    const double inverse = norm > 0.0 ? 1.0 / norm : 0.0;
    x_[i] = static_cast<float>(r.x() * inverse);
    y_[i] = static_cast<float>(r.y() * inverse);
    z_[i] = static_cast<float>(r.z() * inverse);
    norm_[i] = static_cast<float>(norm);
  }
  for (std::size_t n = 0; n < frames; ++n) {
    summed_norm_.push_back(sum_bins(columns({n, n + 1})).weight);
  }
}

Pooled pool_centroid(const SessionBins& bins, const FrameRange& range) {
  Pooled pooled = centroid(bins, range);
  measure_confidence(bins, range, pooled);
  return pooled;
}

Pooled pool_robust(const SessionBins& bins, const FrameRange& range,
                   std::span<const double> kappas) {
  Pooled pooled = centroid(bins, range);
  if (pooled.empty()) return pooled;
  for (const double kappa : kappas) {
    const Eigen::Vector3d sum = sum_frames_near(bins, range, pooled.direction_world, kappa);
    if (sum.norm() > 0.0) pooled.direction_world = sum.normalized();
  }
  measure_confidence(bins, range, pooled);
  return pooled;
}

std::vector<WindowEstimate> estimate_windows(const SessionBins& bins,
                                             std::span<const Eigen::Quaterniond> q_world_sensor,
                                             const MovingWindows& windows, Pooling pooling) {
  if (q_world_sensor.size() != bins.frames() || windows.frames() != bins.frames()) {
    throw core::InputError(
        fmt::format("windows: expected {} frames as the bins have, found {} orientations and "
                    "windows over {} frames",
                    bins.frames(), q_world_sensor.size(), windows.frames()));
  }
  std::vector<WindowEstimate> estimates(windows.size());
  for (std::size_t i = 0; i < windows.size(); ++i) {
    WindowEstimate& estimate = estimates[i];
    const FrameRange range = windows.range(i);
    estimate.center_frame = windows.center_frame(i);
    estimate.pooled =
        pooling == Pooling::kRobust ? pool_robust(bins, range) : pool_centroid(bins, range);
    estimate.direction_sensor =
        q_world_sensor[estimate.center_frame].conjugate() * estimate.pooled.direction_world;
  }
  return estimates;
}

}  // namespace doa
