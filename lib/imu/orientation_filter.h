/// Orientation from a 6- or 9-axis inertial sensor, sample by sample.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>

#include "imu/bias_estimator.h"
#include "imu/filter_params.h"
#include "imu/low_pass.h"
#include "imu/magnetic_reference.h"

namespace imu {

/// VQF, written from the published equations: the gyroscope is integrated to an almost inertial
/// frame I; there the accelerations are low-passed (gravity stays, what the hand does averages out)
/// and give the inclination; the magnetometer turns the result about the vertical, towards magnetic
/// north.
///   q_world_sensor = (about z by delta) * q_earth_inertial * q_inertial_sensor
/// World axes are ENU (magnetic north); without a magnetometer the heading starts at an arbitrary
/// value and drifts with the gyroscope's remaining bias. Source: Laidig and Seel, "VQF",
/// Information Fusion 91 (2023), arXiv 2203.17024
class OrientationFilter {
 public:
  /// @param step_s  nominal time between samples, s: the filters' coefficients are made for it
  /// @throws core::UsageError  on a step outside 0.1 ms to 1 s or a parameter that is not positive
  OrientationFilter(const FilterParams& params, double step_s);

  /// One sample. @param gyroscope_rad_s  mean rate since the sample before, sensor frame
  /// @param accelerometer_m_s2  specific force (+g up at rest); zero: not measured
  /// @param step_s  time since the sample before, s; jitter about the nominal step is followed
  void update(const Eigen::Vector3d& gyroscope_rad_s, const Eigen::Vector3d& accelerometer_m_s2,
              double step_s);
  /// The magnetometer's part of the same sample, after update(). @param magnetometer_uT  not zero;
  /// any unit will do
  void update_heading(const Eigen::Vector3d& magnetometer_uT);

  /// Without the magnetometer's heading.
  Eigen::Quaterniond q_earth_sensor() const { return q_earth_inertial_ * q_inertial_sensor_; }
  Eigen::Quaterniond q_world_sensor() const;
  const BiasEstimator& bias() const { return bias_; }
  bool at_rest() const { return resting_for_s_ >= params_.rest_min_s; }
  bool magnetically_disturbed() const { return reference_.disturbed(); }

 private:
  void watch_rest(const Eigen::Vector3d& gyroscope_rad_s,
                  const Eigen::Vector3d& accelerometer_m_s2);

  FilterParams params_;
  double step_s_;
  LowPass<3> rest_gyroscope_;
  LowPass<3> rest_accelerometer_;
  LowPass<3> gravity_inertial_;
  BiasEstimator bias_;
  MagneticReference reference_;
  HeadingCorrection heading_;
  double resting_for_s_ = 0.0;
  bool upright_ = false;  ///< an acceleration has been seen
  Eigen::Quaterniond q_inertial_sensor_ = Eigen::Quaterniond::Identity();
  Eigen::Quaterniond q_earth_inertial_ = Eigen::Quaterniond::Identity();
};

/// Smallest rotation that turns a unit vector upright (to +z).
Eigen::Quaterniond upright_rotation(const Eigen::Vector3d& up);

/// Rotation about the vertical after which a field in the earth frame points north.
double heading_of_field(const Eigen::Vector3d& field_earth);

/// @throws core::UsageError  if a time or tolerance is not positive or not finite
void validate(const FilterParams& params);

}  // namespace imu
