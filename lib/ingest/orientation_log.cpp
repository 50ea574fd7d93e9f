#include "ingest/orientation_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/errors.h"
#include "imu/orientation_smoother.h"
#include "ingest/inertial_checks.h"
#include "ingest/inertial_table.h"
#include "ingest/world_checks.h"

namespace ingest {
namespace {

/// Applies what the user states of the signs.
void apply_signs(const LogOptions& options, InertialLog& log) {
  if (!options.accelerations_negated) return;
  log.facts.accelerometer_sign = *options.accelerations_negated ? "- (stated)" : "+ (stated)";
  // The reader has already changed the sign of a log that it knows.
  if (*options.accelerations_negated == log.sign_changed) return;
  for (Eigen::Vector3d& a : log.samples.accelerometer_m_s2) a = -a;
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
  apply_signs(options, inertial);
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
    if (&run == &*longest) {
      check_heading(options, run, step_s, result, *log.facts.filter, log.warnings);
    }
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
  turn_upright(options, log);
  if (options.imu.empty()) return log;
  InertialLog inertial = read_inertial_log(options);
  apply_signs(options, inertial);
  inertial.facts.repair = repair_file(options, inertial.samples).report;
  log.imu = std::move(inertial.samples);
  log.facts.imu = std::move(inertial.facts);
  compare(options, log);
  return log;
}

std::vector<so3::Track> on_recording_clock(const OrientationLog& log, const imu::ClockMap& clock) {
  std::vector<so3::Track> tracks;
  for (const so3::Track& track : log.tracks) {
    std::vector<double> time_s;
    for (const double log_s : track.time_s()) time_s.push_back(clock.to_recording(log_s));
    tracks.emplace_back(
        std::move(time_s),
        std::vector<Eigen::Quaterniond>(track.quaternion().begin(), track.quaternion().end()));
  }
  return tracks;
}

}  // namespace ingest
