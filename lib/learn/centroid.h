/// Pooling by centroid: C-SL paper, eq. (5).
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>

namespace learn {

/// Sum of the rows first <= i < end of r: the numerator of eq. (5), not normalized. The sum is
/// taken in double and in the order of the rows.
/// @param r  [rows, 3], row-major
template <typename T>
Eigen::Vector3d sum_rows(std::span<const T> r, std::size_t first, std::size_t end) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (std::size_t i = first; i < end; ++i) {
    sum += Eigen::Map<const Eigen::Matrix<T, 3, 1>>(r.data() + 3 * i).template cast<double>();
  }
  return sum;
}

/// C-SL paper, eq. (5): the unit vector of the sum of all rows, which are directions in the world
/// frame times their confidence. Zero if the sum is zero or not finite.
/// @param r_world  [rows, 3], row-major
template <typename T>
Eigen::Vector3d centroid(std::span<const T> r_world) {
  const Eigen::Vector3d sum = sum_rows(r_world, 0, r_world.size() / 3);
  return sum.norm() > 0.0 ? sum.normalized() : Eigen::Vector3d::Zero();
}

}  // namespace learn
