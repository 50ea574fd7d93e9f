/// Times at which a recording's source is moved or another source begins.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

namespace align {

struct ChangeOptions {
  std::size_t shortest = 20;  ///< blocks between two changes, at least 1
  /// Smallest change between mean directions. Errors of the map can look like a smaller change.
  double least_angle_rad = 0.35;
  /// Smallest n1 n2 / (n1 + n2) |m1 - m2|^2 divided by the noise's spectral density at zero
  /// frequency, summed over three coordinates. Without a change it is chi-squared with three
  /// degrees of freedom.
  double threshold = 30.0;
};

/// Binary segmentation (Scott and Knott, Biometrics 30, 1974). An interval is cut where two means
/// explain it best, if they explain it better than noise can; then both new intervals are cut in
/// the same way. At the end, every cut is placed again between its neighbors. The noise is measured
/// on neighboring means of ten blocks: a few changes hardly move their median difference, and
/// errors that last for half a second count as noise.
/// @param r_world  [blocks], in the order of time; directions in the world, of any length
/// @return         first blocks of all intervals but the first, rising
std::vector<std::size_t> change_points(std::span<const Eigen::Vector3d> r_world,
                                       const ChangeOptions& options);

}  // namespace align
