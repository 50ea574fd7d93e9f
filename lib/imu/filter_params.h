/// Parameters of the orientation filter. The defaults are the published ones for all sensors, except
/// where "Not in VQF" is said.
#pragma once

#include "core/units.h"

namespace imu {

/// Source: Laidig and Seel, "VQF: Highly accurate IMU orientation estimation with bias estimation
/// and magnetic disturbance rejection", Information Fusion 91 (2023), arXiv 2203.17024, table 1.
struct FilterParams {
  /// Time constant of the low-pass of the accelerations, which give the inclination.
  double tau_accelerometer_s = 3.0;
  /// Time constant of the heading's correction by the magnetometer.
  double tau_magnetometer_s = 9.0;

  bool rest_bias = true;    ///< estimate the gyroscope's bias from its readings at rest
  bool motion_bias = true;  ///< estimate it in motion from the inclination's corrections
  bool reject_magnetic_disturbance = true;

  /// Standard deviation of the bias at the start.
  double bias_initial_sd_rad_s = core::degrees_to_radians(0.5);
  /// Time in which the standard deviation of the bias grows from 0 to 0.1 degrees per second.
  double bias_forgetting_s = 100.0;
  /// Largest magnitude of the bias on each axis.
  double bias_limit_rad_s = core::degrees_to_radians(2.0);
  /// Standard deviation to which the bias converges in motion.
  double bias_motion_sd_rad_s = core::degrees_to_radians(0.1);
  /// Weight that draws the bias about the vertical, which motion cannot observe, to zero.
  double bias_vertical_weight = 1e-4;
  /// Standard deviation to which the bias converges at rest.
  double bias_rest_sd_rad_s = core::degrees_to_radians(0.03);

  double rest_min_s = 1.5;  ///< time without motion after which the sensor is at rest
  double rest_tau_s = 0.5;  ///< time constant of the low-pass for the detection of rest
  /// Largest deviation of the gyroscope from its low-pass at rest.
  double rest_gyroscope_rad_s = core::degrees_to_radians(2.0);
  /// Largest deviation of the accelerometer from its low-pass at rest.
  double rest_accelerometer_m_s2 = 0.5;
  /// Largest drift of the low-passed rate within one stretch of rest. Not in VQF.
  double rest_rate_drift_rad_s = core::degrees_to_radians(0.2);
  /// Largest drift of the low-passed acceleration, as an angle. Not in VQF.
  double rest_inclination_drift_rad = core::degrees_to_radians(0.3);
  /// Largest drift of the low-passed field, as an angle. Not in VQF.
  double rest_field_drift_rad = core::degrees_to_radians(0.5);
  /// A rate that is this many standard deviations from the known bias is no rest at first ...
  double rest_surprise = 3.0;
  /// ... but after this time. Not in VQF.
  double rest_certain_s = 5.0;

  /// Time constant of the low-pass of the field's norm and dip, before the comparison.
  double magnetic_current_tau_s = 0.05;
  /// Time constant with which the reference follows the field.
  double magnetic_reference_tau_s = 20.0;
  /// Largest deviation of the norm, relative to the reference.
  double magnetic_norm_tolerance = 0.1;
  /// Largest deviation of the dip.
  double magnetic_dip_tolerance_rad = core::degrees_to_radians(10.0);
  /// Time after which a changed field becomes the new reference.
  double magnetic_new_s = 20.0;
  /// Time after which the first field becomes the reference.
  double magnetic_first_s = 5.0;
  /// Smallest rate of turn at which these two times count.
  double magnetic_new_min_rad_s = core::degrees_to_radians(20.0);
  /// Time of agreement after which a disturbance ends.
  double magnetic_undisturbed_s = 0.5;
  /// Longest time for which a disturbed field is not used at all.
  double magnetic_max_rejection_s = 60.0;
  /// Doubt about the heading after which a first field is used before it is confirmed. Not in VQF.
  double magnetic_first_doubt_rad = core::degrees_to_radians(5.0);
  /// Factor by which corrections are slower after that time.
  double magnetic_rejection_factor = 2.0;
};

}  // namespace imu
