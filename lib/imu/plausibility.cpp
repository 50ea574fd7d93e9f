#include <algorithm>
#include <cmath>
#include <functional>

#include "core/quantile.h"
#include "core/units.h"
#include "imu/repair.h"
#include "so3/rotation.h"

namespace imu {
namespace {

constexpr double kWindowS = 3.0;
constexpr double kMinTurnRad = core::degrees_to_radians(60.0);
/// Largest number of windows, spread over the recording: enough for a median.
constexpr std::size_t kMaxWindows = 400;
constexpr double kGood = 0.95;

using Misreading = std::function<Eigen::Vector3d(const Eigen::Vector3d&)>;

/// Start samples of evenly spaced windows.
std::vector<std::size_t> window_starts(const Samples& samples, std::size_t length) {
  std::vector<std::size_t> starts;
  if (length < 4 || samples.time_s.size() < length) return starts;
  const std::size_t last = samples.time_s.size() - length;
  const std::size_t stride = std::max(length, last / kMaxWindows + 1);
  for (std::size_t i = 0; i <= last; i += stride) starts.push_back(i);
  return starts;
}

/// Median of |mean of rotated accelerations| / mean |acceleration| over the windows that turn.
double agreement(const Samples& samples, const std::vector<std::size_t>& starts, std::size_t length,
                 const Misreading& read, std::size_t& turning) {
  std::vector<double> ratios;
  for (const std::size_t start : starts) {
    Eigen::Quaterniond q = Eigen::Quaterniond::Identity();
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    double lengths = 0.0;
    double turned = 0.0;
    for (std::size_t i = start; i < start + length; ++i) {
      if (i > start) {
        const double step_s = samples.time_s[i] - samples.time_s[i - 1];
        q = q * so3::exp(read(samples.gyroscope_rad_s[i]) * step_s);
        turned += samples.gyroscope_rad_s[i].norm() * step_s;
      }
      sum += q * samples.accelerometer_m_s2[i];
      lengths += samples.accelerometer_m_s2[i].norm();
    }
    if (turned >= kMinTurnRad && lengths > 0.0) ratios.push_back(sum.norm() / lengths);
  }
  turning = ratios.size();
  return ratios.empty() ? 1.0 : core::median(ratios);
}

}  // namespace

PlausibilityReport check_plausibility(const Samples& samples) {
  PlausibilityReport report;
  std::vector<double> lengths;
  for (const Eigen::Vector3d& a : samples.accelerometer_m_s2) lengths.push_back(a.norm());
  if (lengths.size() < 2) return report;
  report.gravity_m_s2 = core::median(lengths);
  const double span_s = samples.time_s.back() - samples.time_s.front();
  const double step_s = span_s / static_cast<double>(samples.time_s.size() - 1);
  const auto length = static_cast<std::size_t>(kWindowS / step_s);
  const std::vector<std::size_t> starts = window_starts(samples, length);
  report.consistency = agreement(
      samples, starts, length, [](const Eigen::Vector3d& g) { return g; }, report.windows);
  if (report.windows < 3 || report.consistency >= kGood) return report;
  const std::pair<const char*, Misreading> mistakes[] = {
      {"degrees a second",
       [](const Eigen::Vector3d& g) -> Eigen::Vector3d {
         return g * core::degrees_to_radians(1.0);
       }},
      {"of the opposite sign", [](const Eigen::Vector3d& g) -> Eigen::Vector3d { return -g; }},
      {"with axes x and y exchanged",
       [](const Eigen::Vector3d& g) -> Eigen::Vector3d {
         return {g.y(), g.x(), g.z()};
       }},
      {"with axes y and z exchanged",
       [](const Eigen::Vector3d& g) -> Eigen::Vector3d {
         return {g.x(), g.z(), g.y()};
       }},
      {"with axes x and z exchanged", [](const Eigen::Vector3d& g) -> Eigen::Vector3d {
         return {g.z(), g.y(), g.x()};
       }}};
  double best = report.consistency + 0.02;
  for (const auto& [name, reading] : mistakes) {
    std::size_t windows = 0;
    const double fit = agreement(samples, starts, length, reading, windows);
    if (fit <= best) continue;
    best = fit;
    report.suspicion = name;
  }
  return report;
}

}  // namespace imu
