/// Whether recorded orientations and a gyroscope on the same body show the same motion.
#pragma once

#include <Eigen/Core>
#include <span>
#include <string>
#include <vector>

#include "imu/sensor_model.h"
#include "so3/track.h"

namespace imu {

/// One interpretation of the quaternions' components.
struct Reading {
  std::string name;  ///< "as given", "as world to sensor", ...
  /// |rate of the orientations - R gyroscope|^2 over |gyroscope|^2, where R is the best fixed
  /// rotation (mounting). 0 is a perfect fit; at 1 or more the interpretation is wrong.
  double residual = 1.0;
};

/// Result of the comparison.
struct Consistency {
  std::vector<Reading> readings;  ///< the first is "as given"; empty unless `enough`
  double rate_ratio = 0.0;  ///< mean speed of the orientations over the gyroscope's; should be 1
  std::size_t samples = 0;  ///< number of compared intervals of 0.1 s
  bool enough = false;      ///< whether the device turned enough for a comparison
  /// The mounting: the best rotation "as given" from the gyroscope's frame to the orientations'
  /// body.
  Eigen::Matrix3d R_body_gyroscope = Eigen::Matrix3d::Identity();
  /// Whether the device turned about more than one axis: otherwise the mounting is not known.
  bool mounting_known = false;
};

/// Compares the orientations' angular velocity (body frame) with the gyroscope's, both averaged
/// over 0.1 s. The mounting of the gyroscope in the body need not be known: the rotation between
/// the two is fitted (Kabsch 1976).
///
/// Other interpretations of the quaternions are tried as well: the other order of components, and
/// world to sensor instead of sensor to world. The speeds alone would not show these errors,
/// because they are the same. A cyclic exchange of components is q' = a conj(q) b with constant a
/// and b. Therefore a wrong order and a wrong sense of a file look alike, but only the true
/// interpretation fits. A left-handed world and body (Unity) are no other interpretation: the
/// numbers of a rotation's mirror image are those of the rotation between two frames that are turned
/// by 180 degrees.
/// @param samples  on the track's clock
Consistency check_consistency(const so3::Track& track, const Samples& samples);

}  // namespace imu
