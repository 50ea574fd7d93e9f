#include "imu/rest_detector.h"

namespace imu {

RestDetector::RestDetector(const FilterParams& params, double step_s)
    : params_(params),
      step_s_(step_s),
      rate_(params.rest_tau_s, step_s),
      force_(params.rest_tau_s, step_s),
      field_(params.rest_tau_s, step_s) {}

void RestDetector::update(const Eigen::Vector3d& gyroscope_rad_s,
                          const Eigen::Vector3d& force_m_s2) {
  rate_.update(gyroscope_rad_s);
  force_.update(force_m_s2);
  if (is_quiet(gyroscope_rad_s, force_m_s2) && is_steady()) {
    steady_for_s_ += step_s_;
  } else {
    begin_stretch();
  }
}

void RestDetector::update_field(const Eigen::Vector3d& field) {
  field_.update(field);
  if (first_field_.isZero(0.0)) first_field_ = field_.output();
}

bool RestDetector::is_quiet(const Eigen::Vector3d& gyroscope_rad_s,
                            const Eigen::Vector3d& force_m_s2) const {
  return (gyroscope_rad_s - rate_.output()).norm() < params_.rest_gyroscope_rad_s &&
         (force_m_s2 - force_.output()).norm() < params_.rest_accelerometer_m_s2 &&
         rate_.output().cwiseAbs().maxCoeff() <= params_.bias_limit_rad_s;
}

bool RestDetector::is_steady() const {
  const double turned = (force_.output() - first_force_).norm() / first_force_.norm();
  const double field_turned = first_field_.isZero(0.0)
                                  ? 0.0
                                  : (field_.output() - first_field_).norm() / first_field_.norm();
  return (rate_.output() - first_rate_).norm() < params_.rest_rate_drift_rad_s &&
         turned < params_.rest_inclination_drift_rad && field_turned < params_.rest_field_drift_rad;
}

void RestDetector::begin_stretch() {
  first_rate_ = rate_.output();
  first_force_ = force_.output();
  first_field_ = field_.output();
  steady_for_s_ = 0.0;
}

bool RestDetector::at_rest(const Eigen::Vector3d& bias_rad_s,
                           const Eigen::Matrix3d& covariance) const {
  if (steady_for_s_ < params_.rest_min_s) return false;
  if (steady_for_s_ >= params_.rest_certain_s) return true;
  const Eigen::Vector3d surprise = (rate_.output() - bias_rad_s).cwiseAbs();
  const Eigen::Vector3d usual =
      (covariance.diagonal().array() + params_.bias_rest_sd_rad_s * params_.bias_rest_sd_rad_s)
          .sqrt();
  return (surprise.array() <= params_.rest_surprise * usual.array()).all();
}

}  // namespace imu
