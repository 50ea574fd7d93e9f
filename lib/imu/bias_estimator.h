/// Bias of a gyroscope, at rest and in motion.
#pragma once

#include <Eigen/Core>

#include "imu/filter_params.h"
#include "imu/low_pass.h"

namespace imu {

/// Kalman filter with the bias (rad/s, sensor frame) as its state. At rest the measurement is the
/// low-passed gyroscope reading. In motion it is the correction of the inclination, because a bias
/// makes such corrections necessary. Source: Laidig and Seel 2023, 3.4
class BiasEstimator {
 public:
  BiasEstimator(const FilterParams& params, double step_s);

  /// One step at rest.
  /// @param R_earth_sensor  orientation by gyroscope and inclination only
  /// @param resting_rad_s   low-passed gyroscope reading
  void update_at_rest(const Eigen::Matrix3d& R_earth_sensor, const Eigen::Vector3d& resting_rad_s);

  /// One step in motion.
  /// @param R_earth_sensor  orientation by gyroscope and inclination only
  /// @param up_earth        low-passed acceleration in the earth frame before the inclination's
  ///                        correction, unit length; (0, 0, 1) if no correction is needed
  void update_in_motion(const Eigen::Matrix3d& R_earth_sensor, const Eigen::Vector3d& up_earth);

  const Eigen::Vector3d& bias_rad_s() const { return bias_; }
  /// Covariance of the bias, (rad/s)^2.
  const Eigen::Matrix3d& covariance() const { return covariance_; }

 private:
  void predict(const Eigen::Matrix3d& R_earth_sensor);
  /// Standard Kalman update with measurement matrix R and independent measurement variances.
  void correct(const Eigen::Matrix3d& R, Eigen::Vector3d innovation,
               const Eigen::Vector3d& variance);

  bool motion_;
  double step_s_;
  double limit_;
  double initial_variance_;
  double walk_;  ///< growth of the variance in one step
  double rest_variance_;
  Eigen::Vector3d motion_variance_;
  LowPass<9> R_low_pass_;       ///< columns of R one after another
  LowPass<2> R_bias_low_pass_;  ///< x and y of R times bias
  Eigen::Vector3d bias_ = Eigen::Vector3d::Zero();
  Eigen::Matrix3d covariance_;
};

}  // namespace imu
