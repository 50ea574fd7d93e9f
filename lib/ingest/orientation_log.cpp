#include "ingest/orientation_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "imu/consistency.h"
#include "imu/orientation_smoother.h"
#include "ingest/inertial_table.h"

namespace ingest {
namespace {

/// m/s^2
constexpr double kStandardGravity = 9.80665;
/// Residual of the gyroscope (imu::Reading) above which the orientations are doubtful.
constexpr double kDoubtful = 0.1;
/// The orientations are wrong if another reading of them has less than this share of the residual.
constexpr double kMuchBetter = 0.2;
/// Number of windows that turn (imu::PlausibilityReport) after which the agreement is reported.
constexpr std::size_t kEnoughWindows = 3;

/// Refuses units and axes that cannot be right; the message names the reading that would fit.
/// @param unit  as which the gyroscope was read
FilterFacts check_samples(const LogOptions& options, const imu::Samples& run,
                          const std::string& unit, std::vector<std::string>& warnings) {
  const imu::PlausibilityReport report = imu::check_plausibility(run);
  const std::string file = options.imu.string();
  if (report.gravity_m_s2 > 0.5 && report.gravity_m_s2 < 2.0) {
    throw core::InputError(fmt::format(
        "{}: accelerations have a median length of {:.3g} m/s^2, expected 9.8: state --acc-unit g?",
        file, report.gravity_m_s2));
  }
  if (std::abs(report.gravity_m_s2 - kStandardGravity) > 3.0) {
    throw core::InputError(fmt::format(
        "{}: accelerations have a median length of {:.3g} m/s^2, expected 9.8 (specific force, "
        "gravity not removed)",
        file, report.gravity_m_s2));
  }
  if (report.suspicion == "degrees a second") {
    throw core::InputError(
        fmt::format("{}: the gyroscope contradicts the accelerometer (agreement {:.2f}) as {}, and "
                    "would fit as degrees a second: state --gyro-unit deg/s",
                    file, report.consistency, unit));
  }
  if (!report.suspicion.empty()) {
    throw core::InputError(fmt::format(
        "{}: the gyroscope contradicts the accelerometer (agreement {:.2f}); it would fit {}: "
        "repair the file",
        file, report.consistency, report.suspicion));
  }
  if (report.windows >= kEnoughWindows && report.consistency < 0.9) {
    warnings.push_back(
        fmt::format("gyroscope and accelerometer agree poorly ({:.2f}, 1 is perfect): axes, units "
                    "or times may be wrong",
                    report.consistency));
  }
  FilterFacts facts{options.filter, report.gravity_m_s2, std::nullopt};
  if (report.windows >= kEnoughWindows) facts.gyroscope_agreement = report.consistency;
  return facts;
}

imu::Repaired repair_file(const LogOptions& options, const imu::Samples& samples) {
  try {
    return imu::repair(samples, options.max_gap_s);
  } catch (const core::InputError& error) {
    throw core::InputError(fmt::format("{}: {}", options.imu.string(), error.what()));
  }
}

OrientationLog filter_imu(const LogOptions& options) {
  InertialLog inertial = read_inertial_log(options);
  const imu::Repaired repaired = repair_file(options, inertial.samples);
  inertial.facts.repair = repaired.report;
  OrientationLog log;
  const auto longest = std::max_element(
      repaired.runs.begin(), repaired.runs.end(),
      [](const auto& a, const auto& b) { return a.time_s.size() < b.time_s.size(); });
  log.facts.filter = check_samples(options, *longest, inertial.facts.gyroscope_unit, log.warnings);
  const bool live = options.filter == OrientationFilter::kLive;
  for (const imu::Samples& run : repaired.runs) {
    if (run.time_s.size() < 2) continue;
    const double step_s = repaired.report.step_s;
    imu::Orientations result = live ? imu::filter_forward(run, step_s) : imu::smooth(run, step_s);
    for (Eigen::Quaterniond& q : result.q_world_sensor) q = q * options.q_sensor_array;
    log.tracks.emplace_back(run.time_s, std::move(result.q_world_sensor));
  }
  if (log.tracks.empty()) {
    throw core::InputError(options.imu.string() + ": holds no two samples without a gap");
  }
  log.time_unit_stated = inertial.time_unit_stated;
  log.imu = std::move(inertial.samples);
  log.facts.imu = std::move(inertial.facts);
  return log;
}

/// Compares the orientations with the gyroscope. Refuses them if they do not fit and another
/// reading of them does.
void compare(const LogOptions& options, OrientationLog& log) {
  imu::Consistency longest;
  for (const so3::Track& track : log.tracks) {
    const imu::Consistency result = imu::check_consistency(track, log.imu);
    if (result.samples > longest.samples) longest = result;
  }
  if (!longest.enough) {
    log.warnings.emplace_back(
        "orientations and gyroscope could not be compared: too little turning in common");
    return;
  }
  const double given = longest.readings.front().residual;
  log.facts.comparison = ComparisonFacts{given, longest.rate_ratio};
  if (given < kDoubtful) return;
  std::string better;
  for (const imu::Reading& reading : longest.readings) {
    if (reading.residual < kMuchBetter * given)
      better += (better.empty() ? "" : ", or ") + reading.name;
  }
  if (!better.empty()) {
    throw core::InputError(
        fmt::format("{}: the orientations contradict the gyroscope of {}; they would fit {} "
                    "(residual {:.2f} as given)",
                    options.pose.string(), options.imu.string(), better, given));
  }
  log.warnings.push_back(
      fmt::format("the orientations explain the gyroscope poorly (residual {:.2f}, 0 is perfect; "
                  "ratio of the rates {:.2f}, 1 is perfect): clocks, units or files may not belong "
                  "together",
                  given, longest.rate_ratio));
}

}  // namespace

const so3::Track* OrientationLog::track_at(double log_s) const {
  const auto after = std::upper_bound(
      tracks.begin(), tracks.end(), log_s,
      [](double t, const so3::Track& track) { return t < track.time_s().front(); });
  if (after == tracks.begin()) return nullptr;
  const so3::Track& track = *(after - 1);
  return log_s <= track.time_s().back() ? &track : nullptr;
}

OrientationLog read_orientation_log(const LogOptions& options) {
  if (options.pose.empty()) return filter_imu(options);
  OrientationLog log = read_pose_file(options);
  if (options.imu.empty()) return log;
  InertialLog inertial = read_inertial_log(options);
  inertial.facts.repair = repair_file(options, inertial.samples).report;
  log.imu = std::move(inertial.samples);
  log.facts.imu = std::move(inertial.facts);
  compare(options, log);
  return log;
}

}  // namespace ingest
