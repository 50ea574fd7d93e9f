#include "imu/bias_estimator.h"

#include <Eigen/LU>
#include <algorithm>

namespace imu {
namespace {

/// Variance of a measurement at which the filter's variance converges to `wanted`, if it grows by
/// `walk` in each step: the fixed point of the scalar Kalman recursion.
double measurement_variance(double wanted, double walk) { return wanted * wanted / walk + wanted; }

double square(double x) { return x * x; }

}  // namespace

BiasEstimator::BiasEstimator(const FilterParams& params, double step_s)
    : motion_(params.motion_bias),
      step_s_(step_s),
      limit_(params.bias_limit_rad_s),
      initial_variance_(square(params.bias_initial_sd_rad_s)),
      walk_(square(core::degrees_to_radians(0.1)) * step_s / params.bias_forgetting_s),
      rest_variance_(measurement_variance(square(params.bias_rest_sd_rad_s), walk_)),
      R_low_pass_(params.tau_accelerometer_s, step_s),
      R_bias_low_pass_(params.tau_accelerometer_s, step_s),
      covariance_(initial_variance_ * Eigen::Matrix3d::Identity()) {
  const double motion = measurement_variance(square(params.bias_motion_sd_rad_s), walk_);
  motion_variance_ = {motion, motion, motion / params.bias_vertical_weight};
}

void BiasEstimator::predict(const Eigen::Matrix3d& R_earth_sensor) {
  // The corrections come from low-passed accelerations, so that R and R b need the same low-pass.
  R_low_pass_.update(Eigen::Map<const Eigen::Matrix<double, 9, 1>>(R_earth_sensor.data()));
  R_bias_low_pass_.update((R_earth_sensor * bias_).head<2>());
  for (int i = 0; i < 3; ++i) {
    if (covariance_(i, i) < initial_variance_) covariance_(i, i) += walk_;
  }
}

void BiasEstimator::update_at_rest(const Eigen::Matrix3d& R_earth_sensor,
                                   const Eigen::Vector3d& resting_rad_s) {
  predict(R_earth_sensor);
  correct(Eigen::Matrix3d::Identity(), resting_rad_s - bias_,
          Eigen::Vector3d::Constant(rest_variance_));
}

void BiasEstimator::update_in_motion(const Eigen::Matrix3d& R_earth_sensor,
                                     const Eigen::Vector3d& up_earth) {
  predict(R_earth_sensor);
  if (!motion_) return;
  const Eigen::Matrix3d R = Eigen::Map<const Eigen::Matrix3d>(R_low_pass_.output().data());
  const Eigen::Vector3d predicted = R * bias_;
  const Eigen::Vector2d& R_bias = R_bias_low_pass_.output();
  const Eigen::Vector3d innovation(-up_earth.y() / step_s_ + R_bias.x() - predicted.x(),
                                   up_earth.x() / step_s_ + R_bias.y() - predicted.y(),
                                   -predicted.z());
  correct(R, innovation, motion_variance_);
}

void BiasEstimator::correct(const Eigen::Matrix3d& R, Eigen::Vector3d innovation,
                            const Eigen::Vector3d& variance) {
  innovation = innovation.cwiseMax(-limit_).cwiseMin(limit_);
  const Eigen::Matrix3d PRt = covariance_ * R.transpose();
  Eigen::Matrix3d S = R * PRt;
  S.diagonal() += variance;
  const Eigen::Matrix3d K = PRt * S.inverse();
  bias_ = (bias_ + K * innovation).cwiseMax(-limit_).cwiseMin(limit_);
  const Eigen::Matrix3d reduced = covariance_ - K * PRt.transpose();
  covariance_ = 0.5 * (reduced + reduced.transpose());
}

}  // namespace imu
