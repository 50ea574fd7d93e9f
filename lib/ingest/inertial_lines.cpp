#include "ingest/inertial_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "core/log.h"
#include "ingest/inertial_checks.h"
#include "ingest/log_columns.h"
#include "ingest/sensor_unit.h"

namespace ingest {

using formats::Quantity;

InertialLines::InertialLines(const LogOptions& options)
    : options_(options), lines_(options.imu, options) {
  options_.filter = OrientationFilter::kLive;
}

InertialLines::Sensor InertialLines::sensor(const formats::MotionColumns& columns,
                                            const formats::VectorColumns& vector,
                                            Quantity quantity) {
  const SensorUnit unit = sensor_unit(lines_.path(), quantity, vector, options_);
  if (quantity == Quantity::kGyroscope) gyroscope_unit_ = unit.name;
  double factor = unit.factor;
  if (quantity == Quantity::kAccelerometer &&
      options_.accelerations_negated.value_or(is_core_motion(columns, vector))) {
    factor = -factor;
  }
  return {vector.column, factor};
}

void InertialLines::take_header() {
  const formats::MotionColumns columns(lines_.path(), lines_.header(), options_.columns,
                                       options_.body);
  const auto gyroscope = columns.vector(Quantity::kGyroscope);
  const auto accelerometer = columns.vector(Quantity::kAccelerometer);
  if (!gyroscope || !accelerometer) {
    throw core::InputError(fmt::format(
        "{}: expected columns of a gyroscope and of an accelerometer with gravity in one table, "
        "found {}; name them with --columns gx=NAME,...,az=NAME",
        lines_.path().string(), columns.list()));
  }
  time_.emplace(columns, lines_.header(), options_, gyroscope->stem);
  gyroscope_ = sensor(columns, *gyroscope, Quantity::kGyroscope);
  accelerometer_ = sensor(columns, *accelerometer, Quantity::kAccelerometer);
  if (const auto magnetometer = columns.vector(Quantity::kMagnetometer)) {
    magnetometer_ = sensor(columns, *magnetometer, Quantity::kMagnetometer);
  }
}

Eigen::Vector3d InertialLines::value(const Sensor& sensor) {
  const std::vector<double> numbers = lines_.numbers(sensor.column);
  return sensor.factor * Eigen::Vector3d(numbers[0], numbers[1], numbers[2]);
}

void InertialLines::take(std::string_view line, std::vector<formats::OrientationRow>& rows) {
  if (!lines_.take(line)) return;
  if (!time_) take_header();
  const double time_s = lines_.seconds(*time_);
  const Eigen::Vector3d gyroscope_rad_s = value(gyroscope_);
  const Eigen::Vector3d accelerometer_m_s2 = value(accelerometer_);
  const Eigen::Vector3d magnetometer_uT =
      magnetometer_ ? value(*magnetometer_) : Eigen::Vector3d(Eigen::Vector3d::Zero());
  if (!std::isfinite(time_s) || !gyroscope_rad_s.allFinite() || !accelerometer_m_s2.allFinite()) {
    return;
  }
  if (!samples_.time_s.empty()) {
    const double last_s = samples_.time_s.back();
    if (time_s == last_s) return;
    if (time_s < last_s)
      fail(fmt::format("time must not go back: {} s after {} s", time_s, last_s));
  }
  samples_.time_s.push_back(time_s);
  samples_.gyroscope_rad_s.push_back(gyroscope_rad_s);
  samples_.accelerometer_m_s2.push_back(accelerometer_m_s2);
  samples_.magnetometer_uT.push_back(
      magnetometer_uT.allFinite() ? magnetometer_uT : Eigen::Vector3d(Eigen::Vector3d::Zero()));
  if (step_s_ == 0.0) {
    if (samples_.time_s.size() < kStartRows) return;
    start();
    for (std::size_t i = 0; i < samples_.time_s.size(); ++i) rows.push_back(filtered(i));
    return;
  }
  rows.push_back(filtered(samples_.time_s.size() - 1));
  check();
}

/// The step between rows is known now.
void InertialLines::start() {
  step_s_ = median_step_s(samples_.time_s);
  filter_.emplace(imu::FilterParams(), step_s_);
}

formats::OrientationRow InertialLines::filtered(std::size_t sample) {
  double step_s = 0.0;
  if (sample > 0) step_s = samples_.time_s[sample] - samples_.time_s[sample - 1];
  if (step_s > std::max(options_.max_gap_s, 2.5 * step_s_)) {
    core::log_warning("{}: no sample from {:.3f} to {:.3f} s: the orientation starts anew{}",
                      lines_.path().string(), samples_.time_s[sample - 1], samples_.time_s[sample],
                      magnetometer_ ? ""
                                    : ", and directions in the world turn by an unknown angle "
                                      "about the vertical");
    filter_.emplace(imu::FilterParams(), step_s_);
    step_s = 0.0;
  }
  filter_->update(samples_.gyroscope_rad_s[sample], samples_.accelerometer_m_s2[sample], step_s);
  filter_->update_heading(samples_.magnetometer_uT[sample]);
  return {samples_.time_s[sample], filter_->q_world_sensor() * options_.q_sensor_array};
}

/// Checks the samples once they are enough, then keeps only the last one.
void InertialLines::check() {
  if (!checked_ && samples_.time_s.back() - samples_.time_s.front() < kCheckedS) return;
  if (!checked_) {
    std::vector<std::string> warnings;
    check_samples(options_, samples_, gyroscope_unit_, warnings);
    for (const std::string& warning : warnings) core::log_warning("{}", warning);
    checked_ = true;
  }
  const auto drop = [](auto& values) { values.erase(values.begin(), values.end() - 1); };
  drop(samples_.time_s);
  drop(samples_.gyroscope_rad_s);
  drop(samples_.accelerometer_m_s2);
  drop(samples_.magnetometer_uT);
}

}  // namespace ingest
