#include "imu/plausibility.h"

#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/quantile.h"
#include "so3/rotation.h"

namespace imu {
namespace {

constexpr double kUsualGravity = 9.80665;
/// Samples are averaged over blocks of this length: enough for a hand, and few to compute.
constexpr double kMeanBlockS = 0.02;
constexpr double kAverageS = 2.0;  ///< length of the Hann averages, which begin 1 s apart
constexpr std::size_t kAverages = 3;
constexpr double kWindowS = 4.0;
/// Largest number of windows, spread over the recording: enough for a median.
constexpr std::size_t kMaxWindows = 150;
constexpr std::size_t kMinWindows = 3;
/// Misfit without any rotation from which on a window tilts: 10 degrees root mean square.
constexpr double kTilts = 0.03;
/// Misfit from which on another reading is searched: 4 degrees. Right readings of a phone's unit that
/// is carried about with 8 m/s^2 have 0.002.
constexpr double kSearched = 0.005;
/// Misfit below which a reading fits: 13 degrees.
constexpr double kFits = 0.05;
constexpr double kMargin = 0.25;      ///< of the stated reading's misfit
constexpr double kMostWindows = 0.8;  ///< share in which the better reading must be better
/// Deviation of the acceleration's length from gravity that halves the weight of a window.
constexpr double kLinear = 2.0;

/// Mean rates and accelerations of consecutive blocks.
struct Blocks {
  std::vector<double> step_s;  ///< time that the block covers
  std::vector<Eigen::Vector3d> rate;
  std::vector<Eigen::Vector3d> force;
  double gravity = kUsualGravity;  ///< that the accelerometer shows
};

Blocks make_blocks(const Samples& samples) {
  Blocks blocks;
  std::size_t count = 0;
  for (std::size_t i = 1; i < samples.time_s.size(); ++i) {
    const double step_s = samples.time_s[i] - samples.time_s[i - 1];
    if (count == 0) {
      blocks.step_s.push_back(0.0);
      blocks.rate.emplace_back(Eigen::Vector3d::Zero());
      blocks.force.emplace_back(Eigen::Vector3d::Zero());
    }
    blocks.step_s.back() += step_s;
    blocks.rate.back() += step_s * samples.gyroscope_rad_s[i];
    blocks.force.back() += samples.accelerometer_m_s2[i];
    ++count;
    if (blocks.step_s.back() + 0.5 * step_s < kMeanBlockS && i + 1 < samples.time_s.size())
      continue;
    blocks.rate.back() /= blocks.step_s.back();
    blocks.force.back() /= static_cast<double>(count);
    count = 0;
  }
  return blocks;
}

struct Window {
  std::size_t first = 0;
  std::size_t length = 0;
  double weight = 1.0;  ///< smaller where the device is accelerated
};

/// Root mean square deviation of the acceleration's length from gravity.
double linear_acceleration(const Blocks& blocks, const Window& window) {
  double squares = 0.0;
  for (std::size_t i = 0; i < window.length; ++i) {
    squares += std::pow(blocks.force[window.first + i].norm() - blocks.gravity, 2.0);
  }
  return std::sqrt(squares / static_cast<double>(window.length));
}

std::vector<Window> make_windows(const Blocks& blocks) {
  std::vector<Window> windows;
  const double total_s = std::accumulate(blocks.step_s.begin(), blocks.step_s.end(), 0.0);
  const double step_s =
      total_s / static_cast<double>(std::max<std::size_t>(1, blocks.step_s.size()));
  const auto length = static_cast<std::size_t>(std::lround(kWindowS / std::max(step_s, 1e-6)));
  if (length < 8 || blocks.step_s.size() < length) return windows;
  const std::size_t last = blocks.step_s.size() - length;
  const std::size_t stride = std::max(length / 2, last / kMaxWindows + 1);
  for (std::size_t first = 0; first <= last; first += stride) {
    Window window{first, length};
    window.weight = 1.0 / (1.0 + std::pow(linear_acceleration(blocks, window) / kLinear, 2.0));
    windows.push_back(window);
  }
  return windows;
}

/// Averages of the accelerations over two seconds each, in the frame that the gyroscope keeps still.
struct SlowForce {
  std::array<Eigen::Vector3d, kAverages> average;
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();

  /// Mean square of the averages' difference from a vector.
  double difference(const Eigen::Vector3d& vector) const {
    double squares = 0.0;
    for (const Eigen::Vector3d& one : average) squares += (one - vector).squaredNorm();
    return squares / static_cast<double>(kAverages);
  }
};

SlowForce slow_force(const Blocks& blocks, const Window& window, const Eigen::Matrix3d& read) {
  SlowForce slow;
  slow.average.fill(Eigen::Vector3d::Zero());
  std::array<double, kAverages> weight{};
  Eigen::Quaterniond q = Eigen::Quaterniond::Identity();
  const double blocks_per_s = static_cast<double>(window.length) / kWindowS;
  for (std::size_t i = 0; i < window.length; ++i) {
    const std::size_t k = window.first + i;
    const Eigen::Quaterniond half = so3::exp(0.5 * blocks.step_s[k] * (read * blocks.rate[k]));
    q = q * half;  // the middle of the block
    const Eigen::Vector3d force = q * blocks.force[k];
    q = q * half;
    for (std::size_t a = 0; a < kAverages; ++a) {
      const double t = (static_cast<double>(i) + 0.5) / blocks_per_s - static_cast<double>(a);
      if (t <= 0.0 || t >= kAverageS) continue;
      const double hann = 1.0 - std::cos(2.0 * std::numbers::pi * t / kAverageS);
      slow.average[a] += hann * force;
      weight[a] += hann;
    }
  }
  for (std::size_t a = 0; a < kAverages; ++a) {
    slow.average[a] /= weight[a];
    slow.mean += slow.average[a] / static_cast<double>(kAverages);
  }
  return slow;
}

/// Mean square of (averaged acceleration - gravity) / gravity within a window, where the direction
/// of gravity is that of the mean of all averages.
double misfit(const Blocks& blocks, const Window& window, const Eigen::Matrix3d& read) {
  const SlowForce slow = slow_force(blocks, window, read);
  return slow.difference(blocks.gravity * slow.mean.normalized()) /
         (blocks.gravity * blocks.gravity);
}

/// Sets the report's gravity.
void find_gravity(const Samples& samples, const Blocks& blocks, const std::vector<Window>& windows,
                  PlausibilityReport& report) {
  std::vector<double> lengths;
  for (const Window& window : windows) {
    const SlowForce slow = slow_force(blocks, window, Eigen::Matrix3d::Identity());
    if (slow.difference(slow.mean) < kFits * slow.mean.squaredNorm()) {
      lengths.push_back(slow.mean.norm());
    }
  }
  report.gravity_known = !lengths.empty() && 4 * lengths.size() >= windows.size();
  if (!report.gravity_known) {
    lengths.clear();
    for (const Eigen::Vector3d& a : samples.accelerometer_m_s2) lengths.push_back(a.norm());
  }
  report.gravity_m_s2 = core::median(std::move(lengths));
}

/// Misfit of each window.
std::vector<double> misfits(const Blocks& blocks, const std::vector<Window>& windows,
                            const Eigen::Matrix3d& read) {
  std::vector<double> values;
  values.reserve(windows.size());
  for (const Window& window : windows) values.push_back(misfit(blocks, window, read));
  return values;
}

/// The value below which half of the windows' weight lies.
double weighted_median(const std::vector<double>& values, const std::vector<Window>& windows) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  double total = 0.0;
  for (const Window& window : windows) total += window.weight;
  double sum = 0.0;
  for (const std::size_t i : order) {
    sum += windows[i].weight;
    if (sum >= 0.5 * total) return values[i];
  }
  return values.empty() ? 0.0 : values[order.back()];
}

/// Unlike the median, it also counts the few windows that tell two similar readings apart.
double weighted_mean(const std::vector<double>& values, const std::vector<Window>& windows) {
  double sum = 0.0;
  double total = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += windows[i].weight * std::min(values[i], 1.0);
    total += windows[i].weight;
  }
  return sum / total;
}

/// Share of the windows' weight in which `other` is below the margin of `stated`.
double share_of_gain(const std::vector<double>& stated, const std::vector<double>& other,
                     const std::vector<Window>& windows) {
  double total = 0.0;
  double gain = 0.0;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    total += windows[i].weight;
    if (other[i] < 0.5 * stated[i]) gain += windows[i].weight;
  }
  return gain / total;
}

/// Only the windows in which gravity moves in the sensor, or should move if the stated reading were
/// right.
std::vector<Window> tilting(const Blocks& blocks, const std::vector<Window>& windows) {
  const std::vector<double> still = misfits(blocks, windows, Eigen::Matrix3d::Zero());
  const std::vector<double> stated = misfits(blocks, windows, Eigen::Matrix3d::Identity());
  std::vector<Window> kept;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (std::max(still[i], stated[i]) > kTilts) kept.push_back(windows[i]);
  }
  return kept;
}

std::optional<BetterReading> find_better(const Blocks& blocks, const std::vector<Window>& windows,
                                         const std::vector<double>& stated, bool stated_degrees) {
  const double limit = std::min(kFits, kMargin * weighted_median(stated, windows));
  std::vector<std::pair<double, GyroscopeReading>> fitting;
  for (const GyroscopeReading& reading : gyroscope_readings(stated_degrees)) {
    const std::vector<double> other = misfits(blocks, windows, reading.scale * reading.axes);
    if (weighted_median(other, windows) >= limit ||
        share_of_gain(stated, other, windows) < kMostWindows)
      continue;
    fitting.emplace_back(weighted_mean(other, windows), reading);
  }
  if (fitting.empty()) return std::nullopt;
  const double best =
      std::min_element(fitting.begin(), fitting.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
      })->first;
  // Readings that the motion cannot tell from the best one; simpler ones come first.
  std::erase_if(fitting, [&](const auto& f) { return f.first > 2.0 * best + 0.002; });
  BetterReading better{fitting.front().second, 1.0 - fitting.front().first, fitting.size() - 1};
  better.needs_unit = std::all_of(fitting.begin(), fitting.end(),
                                  [](const auto& f) { return f.second.scale != 1.0; });
  better.needs_axes = std::none_of(fitting.begin(), fitting.end(),
                                   [](const auto& f) { return f.second.axes_as_stated(); });
  return better;
}

}  // namespace

PlausibilityReport check_plausibility(const Samples& samples, bool stated_degrees) {
  PlausibilityReport report;
  if (samples.time_s.size() < 2) return report;
  Blocks blocks = make_blocks(samples);
  find_gravity(samples, blocks, make_windows(blocks), report);
  if (report.gravity_known) blocks.gravity = report.gravity_m_s2;
  const std::vector<Window> windows = tilting(blocks, make_windows(blocks));
  report.windows = windows.size();
  report.enough = windows.size() >= kMinWindows;
  if (!report.enough) return report;
  const std::vector<double> stated = misfits(blocks, windows, Eigen::Matrix3d::Identity());
  report.agreement = 1.0 - weighted_median(stated, windows);
  report.doubtful = report.agreement < kDoubtfulAgreement;
  if (1.0 - report.agreement > kSearched) {
    report.better = find_better(blocks, windows, stated, stated_degrees);
  }
  return report;
}

}  // namespace imu
