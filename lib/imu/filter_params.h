/// What a user may set of the orientation filter. The defaults are the published ones, for all
/// sensors.
#pragma once

#include "core/units.h"

namespace imu {

/// Source: Laidig and Seel, "VQF: Highly accurate IMU orientation estimation with bias estimation
/// and magnetic disturbance rejection", Information Fusion 91 (2023), arXiv 2203.17024, table 1.
struct FilterParams {
  double tau_accelerometer_s = 3.0;  ///< inclination: time constant of the accelerations' low-pass
  double tau_magnetometer_s = 9.0;   ///< heading: time constant of its correction

  bool rest_bias = true;    ///< the gyroscope's bias is what it reads at rest
  bool motion_bias = true;  ///< and what the inclination keeps correcting in motion
  bool reject_magnetic_disturbance = true;

  double bias_initial_sd_rad_s = core::degrees_to_radians(0.5);
  double bias_forgetting_s =
      100.0;  ///< in which the bias' standard deviation grows from 0 to 0.1 deg/s
  double bias_limit_rad_s = core::degrees_to_radians(2.0);
  double bias_motion_sd_rad_s = core::degrees_to_radians(0.1);  ///< reached in motion
  double bias_vertical_weight = 1e-4;  ///< pulls the unobservable bias about the vertical to zero
  double bias_rest_sd_rad_s = core::degrees_to_radians(0.03);  ///< reached at rest

  double rest_min_s = 1.5;  ///< quiet for so long is rest
  double rest_tau_s = 0.5;
  double rest_gyroscope_rad_s = core::degrees_to_radians(2.0);
  double rest_accelerometer_m_s2 = 0.5;

  double magnetic_current_tau_s = 0.05;    ///< of norm and dip before they are compared
  double magnetic_reference_tau_s = 20.0;  ///< with which the reference follows
  double magnetic_norm_tolerance = 0.1;    ///< share of the reference's norm
  double magnetic_dip_tolerance_rad = core::degrees_to_radians(10.0);
  double magnetic_new_s = 20.0;   ///< a changed field that stays so long is the new reference,
  double magnetic_first_s = 5.0;  ///< the first one after this
  double magnetic_new_min_rad_s = core::degrees_to_radians(20.0);  ///< counted only while turning
  double magnetic_undisturbed_s = 0.5;  ///< agreement for so long ends a disturbance
  double magnetic_max_rejection_s = 60.0;
  double magnetic_rejection_factor = 2.0;  ///< slower corrections after that
};

}  // namespace imu
