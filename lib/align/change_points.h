/// When the source of a recording is another one, or has been moved.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

namespace align {

struct ChangeOptions {
  std::size_t shortest = 20;      ///< blocks between two changes, at least 1
  double least_angle_rad = 0.35;  ///< between mean directions: smaller changes are not told from a
                                  ///< map's own errors
  /// Of n1 n2 / (n1 + n2) |m1 - m2|^2 over the noise's spectral density at zero frequency, summed
  /// over three coordinates: chi-squared with three degrees of freedom if nothing changes.
  double threshold = 30.0;
};

/// Binary segmentation (Scott and Knott, Biometrics 30, 1974): a stretch is cut where two means
/// explain it best, if they do so better than noise can, and each part again; then every cut
/// is settled between its neighbors. The noise is measured
/// on neighboring means of ten blocks, whose median difference hardly knows of a few changes, so
/// that errors which last for half a second count for what they are.
/// @param r_world  [blocks], in time; directions in the world, of any length
/// @return         first blocks of all stretches but the first, rising
std::vector<std::size_t> change_points(std::span<const Eigen::Vector3d> r_world,
                                       const ChangeOptions& options);

}  // namespace align
