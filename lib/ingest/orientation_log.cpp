#include "ingest/orientation_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "core/units.h"
#include "imu/consistency.h"
#include "imu/orientation_smoother.h"
#include "ingest/log_columns.h"

namespace ingest {
namespace {

constexpr double kGravity = 9.80665;
/// Orientations that leave more of the gyroscope unexplained are doubtful,
constexpr double kDoubtful = 0.1;
/// and wrong if another reading leaves less than this share of it.
constexpr double kMuchBetter = 0.2;

std::optional<std::array<std::size_t, 3>> gyroscope_columns(const io::Table& table) {
  return find_columns<3>(
      table,
      {{{"gx", "gyro_x", "gyr_x", "gyroscope_x", "wx", "angular_velocity_x", "angular_velocity.x"},
        {"gy", "gyro_y", "gyr_y", "gyroscope_y", "wy", "angular_velocity_y", "angular_velocity.y"},
        {"gz", "gyro_z", "gyr_z", "gyroscope_z", "wz", "angular_velocity_z",
         "angular_velocity.z"}}});
}

std::optional<std::array<std::size_t, 3>> accelerometer_columns(const io::Table& table) {
  return find_columns<3>(table, {{{"ax", "acc_x", "accel_x", "accelerometer_x",
                                   "linear_acceleration_x", "linear_acceleration.x"},
                                  {"ay", "acc_y", "accel_y", "accelerometer_y",
                                   "linear_acceleration_y", "linear_acceleration.y"},
                                  {"az", "acc_z", "accel_z", "accelerometer_z",
                                   "linear_acceleration_z", "linear_acceleration.z"}}});
}

std::optional<std::array<std::size_t, 3>> magnetometer_columns(const io::Table& table) {
  return find_columns<3>(table, {{{"mx", "mag_x", "magnetometer_x", "magnetic_field_x"},
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

/// Units and axes that cannot be right are refused, with the reading that would be.
void check_samples(const Options& options, const imu::Samples& run, nlohmann::json& facts,
                   std::vector<std::string>& warnings) {
  const imu::PlausibilityReport report = imu::check_plausibility(run);
  facts["gravity_m_s2"] = report.gravity_m_s2;
  facts["gyroscope_agrees_with_accelerometer"] = report.consistency;
  const std::string file = options.imu.string();
  if (report.gravity_m_s2 > 0.5 && report.gravity_m_s2 < 2.0) {
    throw core::InputError(fmt::format(
        "{}: accelerations have a median length of {:.3g} m/s^2, expected 9.8: state --acc-unit g?",
        file, report.gravity_m_s2));
  }
  if (std::abs(report.gravity_m_s2 - kGravity) > 3.0) {
    throw core::InputError(fmt::format(
        "{}: accelerations have a median length of {:.3g} m/s^2, expected 9.8 (specific force, "
        "gravity not removed)",
        file, report.gravity_m_s2));
  }
  if (report.suspicion == "degrees a second") {
    throw core::InputError(
        fmt::format("{}: the gyroscope contradicts the accelerometer (agreement {:.2f}) as {}, and "
                    "would fit as degrees "
                    "a second: state --gyro-unit deg/s",
                    file, report.consistency, options.gyro_unit));
  }
  if (!report.suspicion.empty()) {
    throw core::InputError(fmt::format(
        "{}: the gyroscope contradicts the accelerometer (agreement {:.2f}); it would fit {}: "
        "repair the file",
        file, report.consistency, report.suspicion));
  }
  if (report.windows >= 3 && report.consistency < 0.9) {
    warnings.push_back(
        fmt::format("gyroscope and accelerometer agree poorly ({:.2f}, 1 is perfect): axes, units "
                    "or times may be wrong",
                    report.consistency));
  }
}

void note_repairs(const imu::RepairReport& report, nlohmann::json& facts) {
  facts["samples"] = report.samples;
  facts["step_s"] = report.step_s;
  facts["jitter_s"] = report.jitter_s;
  facts["duplicates"] = report.duplicates;
  facts["missing"] = report.not_finite;
  facts["interpolated"] = report.interpolated;
  facts["gaps"] = report.gaps;
  facts["longest_gap_s"] = report.longest_gap_s;
}

imu::Repaired repair_file(const Options& options, const imu::Samples& samples) {
  try {
    return imu::repair(samples, options.max_gap_s);
  } catch (const core::InputError& error) {
    throw core::InputError(fmt::format("{}: {}", options.imu.string(), error.what()));
  }
}

OrientationLog filter_imu(const Options& options) {
  OrientationLog log;
  log.imu = read_imu_file(options, log.facts);
  const imu::Repaired repaired = repair_file(options, log.imu);
  note_repairs(repaired.report, log.facts);
  const auto longest = std::max_element(
      repaired.runs.begin(), repaired.runs.end(),
      [](const auto& a, const auto& b) { return a.time_s.size() < b.time_s.size(); });
  check_samples(options, *longest, log.facts, log.warnings);
  const Eigen::Quaterniond q_sensor_array(options.mounting[0], options.mounting[1],
                                          options.mounting[2], options.mounting[3]);
  for (const imu::Samples& run : repaired.runs) {
    if (run.time_s.size() < 2) continue;
    const double step_s = repaired.report.step_s;
    imu::Orientations result =
        options.filter == "vqf-live" ? imu::filter_forward(run, step_s) : imu::smooth(run, step_s);
    for (Eigen::Quaterniond& q : result.q_world_sensor) q = q * q_sensor_array;
    log.stretches.emplace_back(run.time_s, std::move(result.q_world_sensor));
  }
  if (log.stretches.empty()) {
    throw core::InputError(options.imu.string() + ": holds no two samples without a gap");
  }
  log.facts["filter"] = options.filter == "vqf-live" ? "VQF, live" : "VQF, offline";
  return log;
}

/// Orientations beside a gyroscope: refused if another reading of them fits and theirs does not.
void compare(const Options& options, OrientationLog& log) {
  imu::Consistency worst;
  for (const so3::Track& stretch : log.stretches) {
    const imu::Consistency result = imu::check_consistency(stretch, log.imu);
    if (result.samples > worst.samples) worst = result;
  }
  if (!worst.enough) {
    log.warnings.emplace_back(
        "orientations and gyroscope could not be compared: too little turning in common");
    return;
  }
  const double given = worst.readings.front().residual;
  log.facts["gyroscope_residual"] = given;
  log.facts["gyroscope_rate_ratio"] = worst.rate_ratio;
  if (given < kDoubtful) return;
  std::string better;
  for (const imu::Reading& reading : worst.readings) {
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
      fmt::format("the orientations explain the gyroscope poorly (residual {:.2f}, 0 is perfect, "
                  "rates {:.2f} of its): "
                  "clocks, units or files may not belong together",
                  given, worst.rate_ratio));
}

}  // namespace

const so3::Track* OrientationLog::stretch_at(double log_s) const {
  const auto after = std::upper_bound(
      stretches.begin(), stretches.end(), log_s,
      [](double t, const so3::Track& stretch) { return t < stretch.time_s().front(); });
  if (after == stretches.begin()) return nullptr;
  const so3::Track& stretch = *(after - 1);
  return log_s <= stretch.time_s().back() ? &stretch : nullptr;
}

imu::Samples read_imu_file(const Options& options, nlohmann::json& facts) {
  const io::Table table = io::read_table(options.imu);
  facts["imu_file"] = options.imu.filename().string();
  auto gyroscope = gyroscope_columns(table);
  auto accelerometer = accelerometer_columns(table);
  auto magnetometer = magnetometer_columns(table);
  if (table.names.empty() && (table.columns == 7 || table.columns == 10)) {
    gyroscope = {{1, 2, 3}};
    accelerometer = {{4, 5, 6}};
    if (table.columns == 10) magnetometer = {{7, 8, 9}};
    facts["imu_columns"] = "time, gyroscope, accelerometer[, magnetometer] (assumed: no names)";
  }
  if (!gyroscope || !accelerometer) {
    throw core::InputError(
        fmt::format("{}: expected columns gx, gy, gz, ax, ay, az[, mx, my, mz], found {}",
                    options.imu.string(), list_columns(table)));
  }
  imu::Samples samples;
  samples.time_s = read_times(table, options, facts);
  samples.gyroscope_rad_s = read_vectors(
      table, *gyroscope, options.gyro_unit == "deg/s" ? core::degrees_to_radians(1.0) : 1.0);
  samples.accelerometer_m_s2 =
      read_vectors(table, *accelerometer, options.acc_unit == "g" ? kGravity : 1.0);
  if (magnetometer) {
    samples.magnetometer_uT = read_vectors(table, *magnetometer, 1.0);
  } else {
    samples.magnetometer_uT.assign(table.rows(), Eigen::Vector3d::Zero());
  }
  facts["gyroscope_unit"] = options.gyro_unit;
  facts["accelerometer_unit"] = options.acc_unit;
  facts["axes"] = magnetometer ? 9 : 6;
  return samples;
}

OrientationLog read_orientation_log(const Options& options) {
  if (options.pose.empty()) return filter_imu(options);
  OrientationLog log = read_pose_file(options);
  if (options.imu.empty()) return log;
  nlohmann::json imu_facts = nlohmann::json::object();
  log.imu = read_imu_file(options, imu_facts);
  const imu::Repaired repaired = repair_file(options, log.imu);
  note_repairs(repaired.report, imu_facts);
  log.facts["imu"] = imu_facts;
  compare(options, log);
  return log;
}

}  // namespace ingest
