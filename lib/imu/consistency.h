/// Whether recorded orientations and a gyroscope on the same body tell of the same motion.
#pragma once

#include <Eigen/Core>
#include <span>
#include <string>
#include <vector>

#include "imu/sensor_model.h"
#include "so3/track.h"

namespace imu {

/// How a list of orientations can be read.
struct Reading {
  std::string name;       ///< "as given", "in the order x y z w", ...
  double residual = 1.0;  ///< |rate of the orientations - R gyroscope|^2 over |gyroscope|^2, R the
                          ///< best fixed rotation (mounting); 0 is perfect, 1 or more is nonsense
};

struct Consistency {
  std::vector<Reading> readings;  ///< the first as given; empty unless `enough`
  double rate_ratio = 0.0;  ///< length of the orientations' rates over the gyroscope's; 1 is right
  std::size_t samples = 0;  ///< compared
  bool enough = false;      ///< turned enough to say anything
};

/// Compares the orientations' angular velocity (body frame) with the gyroscope's, both averaged
/// over 0.1 s. The mounting of the gyroscope in the body need not be known: the rotation between
/// the two is fitted (Kabsch 1976). Other readings of the quaternions that are tried: the other
/// order of components, and world to sensor instead of sensor to world. The speeds alone would not
/// show these: they are the same. (Cyclic exchange of components is q' = a conj(q) b with constant
/// a, b, so that the order and the sense of a wrong file look alike; the true reading fits alone.)
/// @param samples  at the track's clock
Consistency check_consistency(const so3::Track& track, const Samples& samples);

}  // namespace imu
