/// Rotations of space. Quaternions follow Hamilton's convention, are written w x y z, and turn
/// sensor vectors into world vectors: p_world = q_world_sensor * p_sensor. The world axes are ENU
/// (x east, y north, z up).
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <span>

#include "core/random.h"

namespace so3 {

/// exp: so(3) -> SO(3). The result is exact to rounding for every angle, also for small angles.
/// @param rotation_vector  axis times angle, rad, any length
Eigen::Quaterniond exp(const Eigen::Vector3d& rotation_vector);

/// log: SO(3) -> so(3). The result is the shortest rotation vector, with an angle in [0, pi]. q and
/// -q have the same result, up to the sign of an axis at the angle pi.
/// @param q  unit quaternion
Eigen::Vector3d log(const Eigen::Quaterniond& q);

/// Angle of the rotation from a to b, rad, in [0, pi].
double angle_between(const Eigen::Quaterniond& a, const Eigen::Quaterniond& b);

/// Angle between two vectors of any non-zero length, rad, in [0, pi]. It is accurate at both ends,
/// where the arc cosine of a dot product loses half the digits.
double angle_between(const Eigen::Vector3d& a, const Eigen::Vector3d& b);

/// Interpolation along the shortest rotation from a (t = 0) to b (t = 1) at constant angular
/// velocity.
Eigen::Quaterniond slerp(const Eigen::Quaterniond& a, const Eigen::Quaterniond& b, double t);

/// Random rotation, uniform over SO(3) (Shoemake 1992).
Eigen::Quaterniond random_rotation(core::RandomStream& random);

/// Random direction, uniform over the unit sphere.
Eigen::Vector3d random_direction(core::RandomStream& random);

/// Unit vector along the weighted sum of directions; the zero vector if the sum is zero.
/// Source: C-SL paper, eq. (5)
/// @param weights  one for each direction; empty: all 1
Eigen::Vector3d mean_direction(std::span<const Eigen::Vector3d> directions,
                               std::span<const double> weights = {});

/// Unit vector from azimuth (counter-clockwise from +x about +z) and elevation (from the x-y
/// plane).
Eigen::Vector3d direction_from_angles(double azimuth_rad, double elevation_rad);
/// Azimuth of a vector of any non-zero length, in [-pi, pi].
double azimuth_rad(const Eigen::Vector3d& direction);
/// Elevation of a vector of any non-zero length, in [-pi/2, pi/2].
double elevation_rad(const Eigen::Vector3d& direction);

}  // namespace so3
