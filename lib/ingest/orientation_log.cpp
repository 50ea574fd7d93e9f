#include "ingest/orientation_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "core/units.h"
#include "formats/orientation_table.h"
#include "imu/orientation_smoother.h"
#include "ingest/inertial_checks.h"
#include "ingest/log_columns.h"
#include "ingest/world_checks.h"

namespace ingest {
namespace {

/// m/s^2
constexpr double kStandardGravity = 9.80665;

std::optional<std::array<std::size_t, 3>> gyroscope_columns(const io::Table& table) {
  return formats::find_columns<3>(
      table.names,
      {{{"gx", "gyro_x", "gyr_x", "gyroscope_x", "wx", "angular_velocity_x", "angular_velocity.x"},
        {"gy", "gyro_y", "gyr_y", "gyroscope_y", "wy", "angular_velocity_y", "angular_velocity.y"},
        {"gz", "gyro_z", "gyr_z", "gyroscope_z", "wz", "angular_velocity_z",
         "angular_velocity.z"}}});
}

std::optional<std::array<std::size_t, 3>> accelerometer_columns(const io::Table& table) {
  return formats::find_columns<3>(
      table.names, {{{"ax", "acc_x", "accel_x", "accelerometer_x", "linear_acceleration_x",
                      "linear_acceleration.x"},
                     {"ay", "acc_y", "accel_y", "accelerometer_y", "linear_acceleration_y",
                      "linear_acceleration.y"},
                     {"az", "acc_z", "accel_z", "accelerometer_z", "linear_acceleration_z",
                      "linear_acceleration.z"}}});
}

std::optional<std::array<std::size_t, 3>> magnetometer_columns(const io::Table& table) {
  return formats::find_columns<3>(table.names,
                                  {{{"mx", "mag_x", "magnetometer_x", "magnetic_field_x"},
                                    {"my", "mag_y", "magnetometer_y", "magnetic_field_y"},
                                    {"mz", "mag_z", "magnetometer_z", "magnetic_field_z"}}});
}

std::vector<Eigen::Vector3d> read_vectors(const io::Table& table,
                                          const std::array<std::size_t, 3>& columns, double unit) {
  std::vector<Eigen::Vector3d> vectors(table.rows());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::size_t i = 0; i < 3; ++i) {
      vectors[row][static_cast<Eigen::Index>(i)] = unit * table.at(row, columns[i]);
    }
  }
  return vectors;
}

/// A file of inertial samples.
struct InertialLog {
  imu::Samples samples;
  InertialFacts facts;
};

InertialLog read_imu_file(const LogOptions& options) {
  const io::Table table = io::read_table(options.imu);
  InertialLog log;
  log.facts.file = options.imu.filename().string();
  auto gyroscope = gyroscope_columns(table);
  auto accelerometer = accelerometer_columns(table);
  auto magnetometer = magnetometer_columns(table);
  log.facts.unnamed = table.names.empty() && (table.columns == 7 || table.columns == 10);
  if (log.facts.unnamed) {
    gyroscope = {{1, 2, 3}};
    accelerometer = {{4, 5, 6}};
    if (table.columns == 10) magnetometer = {{7, 8, 9}};
  }
  if (!gyroscope || !accelerometer) {
    throw core::InputError(
        fmt::format("{}: expected columns gx, gy, gz, ax, ay, az[, mx, my, mz], found {}",
                    options.imu.string(), list_columns(table)));
  }
  LogTimes times = read_times(table, options);
  log.samples.time_s = std::move(times.time_s);
  log.facts.time = times.meaning;
  const bool degrees = options.gyroscope_unit == GyroscopeUnit::kDegreesPerSecond;
  const bool gravities = options.accelerometer_unit == AccelerometerUnit::kStandardGravity;
  log.samples.gyroscope_rad_s =
      read_vectors(table, *gyroscope, degrees ? core::degrees_to_radians(1.0) : 1.0);
  log.samples.accelerometer_m_s2 =
      read_vectors(table, *accelerometer, gravities ? kStandardGravity : 1.0);
  if (magnetometer) {
    log.samples.magnetometer_uT = read_vectors(table, *magnetometer, 1.0);
  } else {
    log.samples.magnetometer_uT.assign(table.rows(), Eigen::Vector3d::Zero());
  }
  log.facts.gyroscope_unit = options.gyroscope_unit.value_or(GyroscopeUnit::kRadiansPerSecond);
  log.facts.accelerometer_unit =
      options.accelerometer_unit.value_or(AccelerometerUnit::kMetersPerSecondSquared);
  log.facts.axes = magnetometer ? 9 : 6;
  return log;
}

/// Applies what the user states of the signs.
void apply_signs(const LogOptions& options, InertialLog& log) {
  if (!options.accelerations_negated) return;
  log.facts.accelerometer_sign = *options.accelerations_negated ? "- (stated)" : "+ (stated)";
  if (!*options.accelerations_negated) return;
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
  InertialLog inertial = read_imu_file(options);
  apply_signs(options, inertial);
  const imu::Repaired repaired = repair_file(options, inertial.samples);
  inertial.facts.repair = repaired.report;
  OrientationLog log;
  const auto longest = std::max_element(
      repaired.runs.begin(), repaired.runs.end(),
      [](const auto& a, const auto& b) { return a.time_s.size() < b.time_s.size(); });
  log.facts.filter =
      check_samples(options, *longest, name_of(inertial.facts.gyroscope_unit), log.warnings);
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
  InertialLog inertial = read_imu_file(options);
  apply_signs(options, inertial);
  inertial.facts.repair = repair_file(options, inertial.samples).report;
  log.imu = std::move(inertial.samples);
  log.facts.imu = std::move(inertial.facts);
  compare(options, log);
  return log;
}

}  // namespace ingest
