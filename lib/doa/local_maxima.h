/// Local maxima of values on a grid of directions.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace doa {

/// The grid's points and the neighbors of each: the points within 1.5 grid spacings.
class LocalMaxima {
 public:
  /// @param points  nearly even grid on the sphere, in the order of SphereIndex::points()
  /// @throws std::logic_error  if they are in another order
  explicit LocalMaxima(std::span<const Eigen::Vector3d> points);

  /// Points that are higher than all their neighbors, highest first. Of neighbors with equal
  /// values, the first is the maximum.
  /// @param values  [points]
  std::vector<std::size_t> find(std::span<const float> values) const;

 private:
  std::vector<std::uint32_t> neighbor_;      ///< neighbors of each point, in the order of points
  std::vector<std::size_t> first_neighbor_;  ///< [points + 1]
};

}  // namespace doa
