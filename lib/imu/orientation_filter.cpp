#include "imu/orientation_filter.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "core/errors.h"
#include "so3/rotation.h"

namespace imu {

void validate(const FilterParams& p) {
  for (const double value : {p.tau_accelerometer_s,
                             p.tau_magnetometer_s,
                             p.bias_initial_sd_rad_s,
                             p.bias_forgetting_s,
                             p.bias_limit_rad_s,
                             p.bias_motion_sd_rad_s,
                             p.bias_vertical_weight,
                             p.bias_rest_sd_rad_s,
                             p.rest_min_s,
                             p.rest_tau_s,
                             p.rest_gyroscope_rad_s,
                             p.rest_accelerometer_m_s2,
                             p.rest_rate_drift_rad_s,
                             p.rest_inclination_drift_rad,
                             p.rest_field_drift_rad,
                             p.rest_certain_s,
                             p.rest_surprise,
                             p.magnetic_current_tau_s,
                             p.magnetic_reference_tau_s,
                             p.magnetic_norm_tolerance,
                             p.magnetic_dip_tolerance_rad,
                             p.magnetic_new_s,
                             p.magnetic_first_s,
                             p.magnetic_new_min_rad_s,
                             p.magnetic_undisturbed_s,
                             p.magnetic_max_rejection_s,
                             p.magnetic_first_doubt_rad,
                             p.magnetic_rejection_factor}) {
    if (!(value > 0.0 && std::isfinite(value))) {
      throw core::UsageError(
          fmt::format("orientation filter: expected parameters above 0, found {}", value));
    }
  }
}

namespace {

/// Checks the arguments before the members are made from them.
double checked_step(const FilterParams& params, double step_s) {
  validate(params);
  if (!(step_s >= 1e-4 && step_s <= 1.0)) {
    throw core::UsageError(fmt::format(
        "orientation filter: expected 0.1 ms to 1 s between samples, found {} s", step_s));
  }
  return step_s;
}

}  // namespace

Eigen::Quaterniond upright_rotation(const Eigen::Vector3d& up) {
  const double w = std::sqrt(std::max(0.0, 0.5 * (up.z() + 1.0)));
  if (w < 1e-6) return {0.0, 1.0, 0.0, 0.0};  // upside down: any horizontal axis will do
  return Eigen::Quaterniond(w, 0.5 * up.y() / w, -0.5 * up.x() / w, 0.0).normalized();
}

double heading_of_field(const Eigen::Vector3d& field_earth) {
  return std::atan2(field_earth.x(), field_earth.y());
}

double heading_rate_sd(const Eigen::Matrix3d& covariance,
                       const Eigen::Quaterniond& q_earth_sensor) {
  const Eigen::Vector3d vertical = q_earth_sensor.conjugate() * Eigen::Vector3d::UnitZ();
  return std::sqrt(vertical.dot(covariance * vertical));
}

OrientationFilter::OrientationFilter(const FilterParams& params, double step_s)
    : params_(params),
      rest_(params, checked_step(params, step_s)),
      gravity_inertial_(params.tau_accelerometer_s, step_s),
      bias_(params, step_s),
      reference_(params, step_s),
      heading_(params, step_s) {}

void OrientationFilter::update(const Eigen::Vector3d& gyroscope_rad_s,
                               const Eigen::Vector3d& accelerometer_m_s2, double step_s) {
  q_inertial_sensor_ =
      (q_inertial_sensor_ * so3::exp((gyroscope_rad_s - bias_.bias_rad_s()) * step_s)).normalized();
  if (accelerometer_m_s2.isZero(0.0)) return;
  rest_.update(gyroscope_rad_s, accelerometer_m_s2);
  at_rest_ = rest_.at_rest(bias_.bias_rad_s(), bias_.covariance());
  const Eigen::Vector3d& force_inertial =
      gravity_inertial_.update(q_inertial_sensor_ * accelerometer_m_s2);
  const Eigen::Vector3d up_earth = (q_earth_inertial_ * force_inertial).normalized();
  q_earth_inertial_ = (upright_rotation(up_earth) * q_earth_inertial_).normalized();
  // The first acceleration sets the inclination. It contains no information about the bias.
  if (!std::exchange(upright_, true)) return;
  const Eigen::Matrix3d R_earth_sensor = q_earth_sensor().toRotationMatrix();
  if (params_.rest_bias && at_rest_) {
    bias_.update_at_rest(R_earth_sensor, rest_.rate_rad_s());
  } else {
    bias_.update_in_motion(R_earth_sensor, up_earth);
  }
}

void OrientationFilter::update_heading(const Eigen::Vector3d& magnetometer_uT) {
  if (magnetometer_uT.isZero(0.0)) return;
  rest_.update_field(magnetometer_uT);
  const Eigen::Vector3d field_earth = q_earth_sensor() * magnetometer_uT;
  reference_.update(field_earth, rest_.rate_rad_s().norm());
  const double rate_sd = heading_rate_sd(bias_.covariance(), q_earth_sensor());
  heading_.update(heading_of_field(field_earth), reference_.disturbed(),
                  magnetic_patience_s(params_, reference_.known(), rate_sd));
}

Eigen::Quaterniond OrientationFilter::q_world_sensor() const {
  const Eigen::Quaterniond about_vertical = so3::exp({0.0, 0.0, heading_.delta_rad()});
  return about_vertical * q_earth_sensor();
}

}  // namespace imu
