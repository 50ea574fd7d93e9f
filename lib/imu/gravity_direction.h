/// Where gravity and the magnetic field point in the world of some orientations.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <span>
#include <vector>

#include "imu/sensor_model.h"
#include "so3/track.h"

namespace imu {

/// Mean of a sensor's vectors, turned into the world of the orientations.
struct WorldDirection {
  Eigen::Vector3d direction = Eigen::Vector3d::Zero();  ///< unit length; zero: no samples
  /// Length of the mean over the mean length: 1 if the vectors are constant in the world.
  double steadiness = 0.0;
  std::size_t samples = 0;
};

/// Direction of the specific force, which is up where the world is the earth's.
/// @param R_body_sensor  mounting of the accelerometer in the orientations' body
WorldDirection direction_of_force(const so3::Track& track, const Samples& samples,
                                  const Eigen::Matrix3d& R_body_sensor);

/// Direction of the magnetic field. @param q_world_sensor  [samples]
WorldDirection direction_of_field(std::span<const Eigen::Quaterniond> q_world_sensor,
                                  std::span<const Eigen::Vector3d> field);

}  // namespace imu
