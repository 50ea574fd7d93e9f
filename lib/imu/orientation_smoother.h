/// Orientation of a complete inertial recording. Every sample uses earlier and later samples.
#pragma once

#include <Eigen/Geometry>
#include <span>
#include <vector>

#include "imu/filter_params.h"
#include "imu/sensor_model.h"

namespace imu {

/// Result of the filter for one run of samples, [samples] each.
struct Orientations {
  std::vector<Eigen::Quaterniond> q_world_sensor;
  std::vector<Eigen::Vector3d> bias_rad_s;
  std::vector<unsigned char> at_rest;
  std::vector<unsigned char> disturbed;    ///< whether the magnetic field is disturbed
  std::vector<unsigned char> field_known;  ///< whether the field has been confirmed once
  /// Standard deviation of the bias about the vertical: the rate at which the heading may drift.
  std::vector<double> heading_rate_sd_rad_s;
};

/// Runs OrientationFilter over all samples, as a live filter does.
/// @param samples  one run without gaps (see repair()); a magnetometer row of zeros is not measured
/// @param step_s   nominal time between samples
/// @throws core::UsageError  as OrientationFilter
Orientations filter_forward(const Samples& samples, double step_s, const FilterParams& params = {});

/// Runs the same filter forward and backward in time. The two biases are averaged with their
/// inverse covariances as weights. Accelerations and heading are low-passed in both directions,
/// without delay. The field is disturbed where it is disturbed in both runs. Source: Laidig and
/// Seel 2023, 3.6 (offline variant)
Orientations smooth(const Samples& samples, double step_s, const FilterParams& params = {});

}  // namespace imu
