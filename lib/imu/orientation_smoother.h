/// Orientation of a complete inertial recording: every sample sees the past and the future.
#pragma once

#include <Eigen/Geometry>
#include <span>
#include <vector>

#include "imu/filter_params.h"
#include "imu/sensor_model.h"

namespace imu {

/// What the filter says of one run of samples; all [samples].
struct Orientations {
  std::vector<Eigen::Quaterniond> q_world_sensor;
  std::vector<Eigen::Vector3d> bias_rad_s;
  std::vector<unsigned char> at_rest;
  std::vector<unsigned char> disturbed;  ///< magnetically
};

/// OrientationFilter over all samples: what a live filter would have said.
/// @param samples  one run without gaps (see repair()); a magnetometer row of zeros is not measured
/// @param step_s   nominal time between samples, s
/// @throws core::UsageError  as OrientationFilter
Orientations filter_forward(const Samples& samples, double step_s, const FilterParams& params = {});

/// The same filter forward and backward in time. The two biases are averaged with their inverse
/// covariances; accelerations and heading are low-passed in both directions, without delay; the
/// field is disturbed where both runs say so. Source: Laidig and Seel 2022, 3.6 ("off-line
/// variant")
Orientations smooth(const Samples& samples, double step_s, const FilterParams& params = {});

}  // namespace imu
