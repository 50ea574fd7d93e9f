/// Nearly even sets of points on the sphere.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

namespace so3 {

/// Number of points of a grid with 2 degrees between neighbors, as in the C-SL paper.
inline constexpr std::size_t kTwoDegreeGridPoints = 13744;

/// Fibonacci sphere: point i has z = 1 - (2 i + 1) / count and azimuth i times the golden angle.
/// @return  unit directions, [count]
std::vector<Eigen::Vector3d> fibonacci_grid(std::size_t count);

}  // namespace so3
