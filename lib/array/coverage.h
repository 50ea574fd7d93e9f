/// How densely a set of measured directions covers the sphere.
#pragma once

#include <Eigen/Core>
#include <span>

namespace array {

/// The largest gap of a set of directions: its center is the direction that is farthest from every
/// measured one.
struct Gap {
  double angle_rad = 0.0;  ///< from the center to the nearest measured direction, to 2 degrees
  Eigen::Vector3d center = Eigen::Vector3d::UnitX();
  double far_share = 0.0;  ///< share of the sphere farther than 15 degrees from every direction
};

/// @param direction  unit vectors, at least one
Gap largest_gap(std::span<const Eigen::Vector3d> direction);

}  // namespace array
