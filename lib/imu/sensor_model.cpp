#include "imu/sensor_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "core/units.h"
#include "so3/rotation.h"

namespace imu {
namespace {

using core::degrees_to_radians;

constexpr double kMilliG = 9.80665e-3;
constexpr double kMicroG = 9.80665e-6;

Eigen::Vector3d normal_vector(core::RandomStream& random, double sd) {
  const double x = random.normal();
  const double y = random.normal();
  const double z = random.normal();
  return Eigen::Vector3d(x, y, z) * sd;
}

/// The errors of one sensor, drawn at construction, and its bias, which changes with time.
class Sensor {
 public:
  Sensor(const SensorErrors& errors, double rate_hz, core::RandomStream& random)
      : noise_sd_(errors.noise_density * std::sqrt(rate_hz)),
        walk_sd_(errors.bias_walk / std::sqrt(rate_hz)),
        bias_(normal_vector(random, errors.bias_sd)) {
    matrix_.setIdentity();
    for (int row = 0; row < 3; ++row) {
      for (int column = 0; column < 3; ++column) {
        const double sd = row == column ? errors.scale_sd : errors.misalignment_sd_rad;
        matrix_(row, column) += sd * random.normal();
      }
    }
  }

  Eigen::Vector3d measure(const Eigen::Vector3d& truth, core::RandomStream& random) {
    const Eigen::Vector3d measured = matrix_ * truth + bias_ + normal_vector(random, noise_sd_);
    bias_ += normal_vector(random, walk_sd_);
    return measured;
  }

 private:
  double noise_sd_;
  double walk_sd_;
  Eigen::Vector3d bias_;
  Eigen::Matrix3d matrix_;
};

void check(const SensorModel& model) {
  if (!(model.rate_hz > 0.0 && model.rate_hz <= 1e4)) {
    throw core::UsageError(
        fmt::format("IMU rate: expected above 0 and at most 10000 Hz, found {}", model.rate_hz));
  }
  for (const SensorErrors* e : {&model.gyroscope, &model.accelerometer, &model.magnetometer}) {
    for (const double size :
         {e->noise_density, e->bias_sd, e->bias_walk, e->scale_sd, e->misalignment_sd_rad}) {
      if (!(size >= 0.0) || !std::isfinite(size)) {
        throw core::UsageError(
            fmt::format("IMU errors: expected sizes of 0 or more, found {}", size));
      }
    }
  }
}

/// Acceleration of a point of the turning array in the sensor frame, by the second difference over
/// one sample.
Eigen::Vector3d acceleration_sensor(const so3::Track& orientation, double time_s, double step_s,
                                    const Eigen::Vector3d& lever_arm_m) {
  const Eigen::Vector3d before = orientation.at(time_s - step_s) * lever_arm_m;
  const Eigen::Vector3d now = orientation.at(time_s) * lever_arm_m;
  const Eigen::Vector3d after = orientation.at(time_s + step_s) * lever_arm_m;
  return orientation.at(time_s).conjugate() * ((after - 2.0 * now + before) / (step_s * step_s));
}

}  // namespace

SensorModel sensor_model(const std::string& name) {
  SensorModel model;
  model.name = name;
  if (name == "ideal") return model;
  if (name == "consumer") {
    model.gyroscope = {degrees_to_radians(0.007), degrees_to_radians(0.3), degrees_to_radians(0.01),
                       0.005, degrees_to_radians(0.5)};
    model.accelerometer = {180.0 * kMicroG, 20.0 * kMilliG, 0.0, 0.005, degrees_to_radians(0.5)};
    model.magnetometer = {0.06, 1.0, 0.0, 0.01, degrees_to_radians(0.5)};
    return model;
  }
  if (name == "tactical") {
    model.gyroscope = {degrees_to_radians(0.0015), degrees_to_radians(0.003),
                       degrees_to_radians(2e-5), 2e-4, degrees_to_radians(0.02)};
    model.accelerometer = {20.0 * kMicroG, 1.0 * kMilliG, 0.0, 2e-4, degrees_to_radians(0.02)};
    model.magnetometer = {0.01, 0.05, 0.0, 1e-3, degrees_to_radians(0.1)};
    return model;
  }
  throw core::UsageError(
      fmt::format("--imu: expected none, ideal, consumer or tactical, found \"{}\"", name));
}

Samples synthesize(const so3::Track& orientation, double duration_s, const SensorModel& model,
                   core::RandomStream random) {
  check(model);
  if (!(duration_s >= 0.0 && duration_s <= 1e6)) {
    throw core::UsageError(
        fmt::format("IMU: expected a duration of 0 to 1e6 s, found {}", duration_s));
  }
  Sensor gyroscope(model.gyroscope, model.rate_hz, random);
  Sensor accelerometer(model.accelerometer, model.rate_hz, random);
  Sensor magnetometer(model.magnetometer, model.rate_hz, random);
  const double step_s = 1.0 / model.rate_hz;
  const std::size_t count =
      static_cast<std::size_t>(std::floor(duration_s * model.rate_hz + 1e-9)) + 1;
  Samples samples;
  for (std::size_t i = 0; i < count; ++i) {
    const double time_s = static_cast<double>(i) * step_s;
    const Eigen::Quaterniond q_world_sensor = orientation.at(time_s);
    const Eigen::Quaterniond q_sensor_world = q_world_sensor.conjugate();
    // There is no motion before time 0, so that the first sample reports the motion that follows
    // it.
    const double known_s = std::max(time_s, step_s);
    const Eigen::Quaterniond before = orientation.at(known_s - step_s);
    const Eigen::Vector3d rate = so3::log(before.conjugate() * orientation.at(known_s)) / step_s;
    const Eigen::Vector3d force =
        acceleration_sensor(orientation, known_s, step_s, model.lever_arm_m) -
        q_sensor_world * model.gravity_world_m_s2;
    samples.time_s.push_back(time_s);
    samples.gyroscope_rad_s.push_back(gyroscope.measure(rate, random));
    samples.accelerometer_m_s2.push_back(accelerometer.measure(force, random));
    samples.magnetometer_uT.push_back(
        magnetometer.measure(q_sensor_world * model.field_world_uT, random));
  }
  return samples;
}

}  // namespace imu
