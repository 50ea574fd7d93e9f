#include "ingest/inertial_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/errors.h"
#include "core/quantile.h"
#include "ingest/log_columns.h"
#include "ingest/sensor_series.h"

namespace ingest {
namespace {

using formats::Quantity;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
/// An accelerometer whose median is below this has no gravity, m/s^2.
constexpr double kNoGravity = 4.0;

const SensorSeries* find(const std::vector<SensorSeries>& sensors, Quantity quantity) {
  const SensorSeries* found = nullptr;
  for (const SensorSeries& series : sensors) {
    if (series.quantity != quantity) continue;
    if (found != nullptr) {
      throw core::InputError(fmt::format(
          "{} and {} hold the same sensor: give one of them to --imu", found->file, series.file));
    }
    found = &series;
  }
  return found;
}

/// The values of a sensor at other times; NaN outside of its times and within long gaps.
std::vector<Eigen::Vector3d> values_at(const SensorSeries& series,
                                       const std::vector<double>& time_s, double max_gap_s) {
  if (series.time_s == time_s) return series.value;
  const double longest_s = std::max(max_gap_s, 2.5 * median_step_s(series.time_s));
  std::vector<Eigen::Vector3d> values;
  std::size_t next = 0;  // The first sample at or after the time.
  for (const double t : time_s) {
    while (next < series.time_s.size() && series.time_s[next] < t) ++next;
    if (next == series.time_s.size() || (next == 0 && series.time_s[0] > t)) {
      values.emplace_back(kNaN, kNaN, kNaN);
    } else if (series.time_s[next] == t) {
      values.push_back(series.value[next]);
    } else {
      const double step_s = series.time_s[next] - series.time_s[next - 1];
      const double share = (t - series.time_s[next - 1]) / step_s;
      const Eigen::Vector3d value =
          (1.0 - share) * series.value[next - 1] + share * series.value[next];
      values.push_back(step_s <= longest_s ? value : Eigen::Vector3d(kNaN, kNaN, kNaN));
    }
  }
  return values;
}

double median_length(const SensorSeries& series) {
  std::vector<double> lengths;
  for (const Eigen::Vector3d& value : series.value) {
    if (value.allFinite()) lengths.push_back(value.norm());
  }
  return lengths.empty() ? 0.0 : core::median(std::move(lengths));
}

std::string describe(const SensorSeries& series, const char* name) {
  return fmt::format("{} from {} of {}", name, series.columns, series.file);
}

/// Specific force: read from one sensor, or gravity and the acceleration without it, added.
struct SpecificForce {
  const SensorSeries* sensor = nullptr;
  const SensorSeries* gravity = nullptr;  ///< Null: `sensor` holds gravity already.

  std::string describe() const {
    std::string text = ingest::describe(*sensor, "accelerometer");
    if (gravity != nullptr) text += " + " + ingest::describe(*gravity, "gravity");
    return sensor->core_motion ? text + ", CoreMotion's sign changed" : text;
  }
};

SpecificForce find_specific_force(const std::vector<SensorSeries>& sensors,
                                  const LogOptions& options) {
  const SensorSeries* gravity = find(sensors, Quantity::kGravity);
  const SensorSeries* user = find(sensors, Quantity::kUserAcceleration);
  const SensorSeries* linear = find(sensors, Quantity::kLinearAcceleration);
  if (const SensorSeries* sensor = find(sensors, Quantity::kAccelerometer)) {
    const bool add = gravity != nullptr && median_length(*sensor) < kNoGravity;
    return {sensor, add ? gravity : nullptr};
  }
  if (linear != nullptr && linear->ros && gravity == nullptr) return {linear, nullptr};
  const SensorSeries* without = user != nullptr ? user : linear;
  if (without != nullptr && gravity != nullptr) return {without, gravity};
  if (without != nullptr) {
    throw core::InputError(fmt::format(
        "{}: the acceleration in {} is without gravity, which the orientation needs: export the "
        "accelerometer with gravity (phyphox: \"Acceleration (with g)\"; Sensor Logger: "
        "TotalAcceleration), or give the gravity to --imu as well",
        without->file, without->columns));
  }
  throw core::InputError(fmt::format(
      "{}: expected columns ax, ay, az of an accelerometer, found none; if it has a file of its "
      "own, give both "
      "to --imu: --imu GYROSCOPE --imu ACCELEROMETER",
      options.imu.string()));
}

/// The range of times that two sensors share.
void cut_to_common(const SensorSeries& gyroscope, const SensorSeries& other, std::size_t& first,
                   std::size_t& end) {
  const auto& time_s = gyroscope.time_s;
  while (first < end && time_s[first] < other.time_s.front()) ++first;
  while (end > first && time_s[end - 1] > other.time_s.back()) --end;
  if (end - first < 2 || 2 * (end - first) < time_s.size()) {
    throw core::InputError(fmt::format(
        "{} and {} share {} of {} samples: expected files of one recording; {} lasts from {:.3f} "
        "to "
        "{:.3f} s, {} from {:.3f} to {:.3f} s",
        gyroscope.file, other.file, end - first, time_s.size(), gyroscope.file, time_s.front(),
        time_s.back(), other.file, other.time_s.front(), other.time_s.back()));
  }
}

std::vector<SensorSeries> read_all(const LogOptions& options) {
  std::vector<SensorSeries> sensors = read_sensors(options.imu, options);
  for (const std::filesystem::path& path : options.imu_beside) {
    for (SensorSeries& series : read_sensors(path, options)) sensors.push_back(std::move(series));
  }
  return sensors;
}

}  // namespace

InertialLog read_inertial_log(const LogOptions& options) {
  const std::vector<SensorSeries> sensors = read_all(options);
  const SensorSeries* gyroscope = find(sensors, Quantity::kGyroscope);
  if (gyroscope == nullptr) {
    throw core::InputError(fmt::format(
        "{}: expected columns gx, gy, gz of a gyroscope, found {}; if it has a file of its own, "
        "give both to "
        "--imu: --imu GYROSCOPE --imu ACCELEROMETER",
        options.imu.string(), describe(sensors.front(), "another sensor")));
  }
  const SpecificForce force = find_specific_force(sensors, options);
  const SensorSeries* magnetometer = find(sensors, Quantity::kMagnetometer);
  std::size_t first = 0;
  std::size_t end = gyroscope->time_s.size();
  cut_to_common(*gyroscope, *force.sensor, first, end);
  if (force.gravity != nullptr) cut_to_common(*gyroscope, *force.gravity, first, end);
  const auto from = static_cast<std::ptrdiff_t>(first);
  const auto to = static_cast<std::ptrdiff_t>(end);
  InertialLog log;
  log.samples.time_s.assign(gyroscope->time_s.begin() + from, gyroscope->time_s.begin() + to);
  log.samples.gyroscope_rad_s.assign(gyroscope->value.begin() + from,
                                     gyroscope->value.begin() + to);
  const std::vector<double>& time_s = log.samples.time_s;
  auto& acceleration = log.samples.accelerometer_m_s2;
  acceleration = values_at(*force.sensor, time_s, options.max_gap_s);
  if (force.gravity != nullptr) {
    const auto gravity = values_at(*force.gravity, time_s, options.max_gap_s);
    for (std::size_t i = 0; i < acceleration.size(); ++i) acceleration[i] += gravity[i];
  }
  if (force.sensor->core_motion) {
    for (Eigen::Vector3d& value : acceleration) value = -value;
  }
  log.samples.magnetometer_uT.assign(time_s.size(), Eigen::Vector3d::Zero());
  if (magnetometer != nullptr) {
    log.samples.magnetometer_uT = values_at(*magnetometer, time_s, options.max_gap_s);
  }
  log.facts.file = gyroscope->file;
  if (force.sensor->file != gyroscope->file) log.facts.file += ", " + force.sensor->file;
  log.facts.time = gyroscope->time;
  log.facts.unnamed = gyroscope->unnamed;
  log.facts.read_as = describe(*gyroscope, "gyroscope") + "; " + force.describe();
  log.facts.gyroscope_unit = gyroscope->unit;
  log.facts.accelerometer_unit = force.sensor->unit;
  log.sign_changed = force.sensor->core_motion;
  if (log.sign_changed) log.facts.accelerometer_sign = "- (CoreMotion)";
  log.facts.axes = magnetometer != nullptr ? 9 : 6;
  log.time_unit_stated = gyroscope->unit_stated;
  return log;
}

}  // namespace ingest
