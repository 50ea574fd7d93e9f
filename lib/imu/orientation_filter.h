/// Orientation from a 6-axis or 9-axis inertial sensor, sample by sample.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>

#include "imu/bias_estimator.h"
#include "imu/filter_params.h"
#include "imu/low_pass.h"
#include "imu/magnetic_reference.h"
#include "imu/rest_detector.h"

namespace imu {

/// VQF, written from the published equations. The integrated gyroscope gives the orientation in an
/// almost inertial frame I. In this frame the accelerations are low-passed: gravity stays, and the
/// accelerations of the hand average out. The result is the inclination. The magnetometer then
/// turns the orientation about the vertical, towards magnetic north.
///
///   q_world_sensor = (rotation about z by delta) q_earth_inertial q_inertial_sensor
///
/// The world axes are ENU with magnetic north. Without a magnetometer the heading starts at an
/// arbitrary value and drifts with the gyroscope's remaining bias. Source: Laidig and Seel, "VQF",
/// Information Fusion 91 (2023), arXiv 2203.17024
class OrientationFilter {
 public:
  /// @param step_s  nominal time between samples, from which the filters' coefficients follow
  /// @throws core::UsageError  on a step outside 0.1 ms to 1 s or a parameter that is not positive
  OrientationFilter(const FilterParams& params, double step_s);

  /// Takes the gyroscope and the accelerometer of one sample.
  /// @param gyroscope_rad_s     mean rate since the sample before, sensor frame
  /// @param accelerometer_m_s2  specific force (+g up at rest), sensor frame; zero: not measured
  /// @param step_s              time since the sample before; it may differ from the nominal step
  void update(const Eigen::Vector3d& gyroscope_rad_s, const Eigen::Vector3d& accelerometer_m_s2,
              double step_s);
  /// Takes the magnetometer of the same sample, after update().
  /// @param magnetometer_uT  sensor frame, any unit; zero: not measured
  void update_heading(const Eigen::Vector3d& magnetometer_uT);

  Eigen::Quaterniond q_world_sensor() const;
  const BiasEstimator& bias() const { return bias_; }
  bool at_rest() const { return at_rest_; }
  bool magnetically_disturbed() const { return reference_.disturbed(); }
  /// Whether the field has been confirmed once, see MagneticReference::known().
  bool field_known() const { return reference_.known(); }

 private:
  /// Orientation without the magnetometer's heading.
  Eigen::Quaterniond q_earth_sensor() const { return q_earth_inertial_ * q_inertial_sensor_; }

  FilterParams params_;
  RestDetector rest_;
  LowPass<3> gravity_inertial_;
  BiasEstimator bias_;
  MagneticReference reference_;
  HeadingCorrection heading_;
  bool at_rest_ = false;
  bool upright_ = false;  ///< whether an acceleration has set the inclination
  Eigen::Quaterniond q_inertial_sensor_ = Eigen::Quaterniond::Identity();
  Eigen::Quaterniond q_earth_inertial_ = Eigen::Quaterniond::Identity();
};

/// Smallest rotation that turns a unit vector to +z.
Eigen::Quaterniond upright_rotation(const Eigen::Vector3d& up);

/// Angle about the vertical by which a field in the earth frame must turn to point north.
double heading_of_field(const Eigen::Vector3d& field_earth);

/// Standard deviation of the bias about the vertical, rad/s: the rate at which the heading may drift.
/// @param covariance  of the bias in the sensor frame, (rad/s)^2
double heading_rate_sd(const Eigen::Matrix3d& covariance, const Eigen::Quaterniond& q_earth_sensor);

/// Checks the parameters.
/// @throws core::UsageError  if a time or tolerance is not positive or not finite
void validate(const FilterParams& params);

}  // namespace imu
