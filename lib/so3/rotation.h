/// Rotations of space. Quaternions are Hamilton's, written w x y z, and turn sensor vectors into
/// world vectors: p_world = q_world_sensor * p_sensor. World axes are ENU (x east, y north, z up).
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <span>

#include "core/random.h"

namespace so3 {

/// exp: so(3) -> SO(3). @param rotation_vector  axis times angle, rad, any length
/// Exact to rounding for every angle; no small-angle branch is left to a first-order formula.
Eigen::Quaterniond exp(const Eigen::Vector3d& rotation_vector);

/// log: SO(3) -> so(3), the shortest rotation vector, angle in [0, pi]; q and -q give the same.
/// @param q  unit quaternion
Eigen::Vector3d log(const Eigen::Quaterniond& q);

/// Angle of the rotation from a to b, rad, in [0, pi].
double angle_between(const Eigen::Quaterniond& a, const Eigen::Quaterniond& b);

/// Angle between two directions of any non-zero length, rad, in [0, pi]; accurate at both ends
/// (the arc cosine of a dot product loses half the digits there).
double angle_between(const Eigen::Vector3d& a, const Eigen::Vector3d& b);

/// Shortest-way interpolation, t in [0, 1].
Eigen::Quaterniond slerp(const Eigen::Quaterniond& a, const Eigen::Quaterniond& b, double t);

/// Uniform over SO(3) (Shoemake 1992).
Eigen::Quaterniond random_rotation(core::RandomStream& random);

/// Uniform over the unit sphere.
Eigen::Vector3d random_direction(core::RandomStream& random);

/// Unit vector along the weighted sum of directions (paper.txt, eq. 5); zero vector if the sum
/// vanishes.
Eigen::Vector3d mean_direction(std::span<const Eigen::Vector3d> directions,
                               std::span<const double> weights = {});

/// Unit direction from azimuth (counter-clockwise from +x about +z) and elevation (from the x-y
/// plane).
Eigen::Vector3d direction_from_angles(double azimuth_rad, double elevation_rad);
double azimuth_rad(const Eigen::Vector3d& direction);
double elevation_rad(const Eigen::Vector3d& direction);

}  // namespace so3
