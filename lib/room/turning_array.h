/// Places of the microphones of a turning array, on a time grid that is fine enough for linear
/// interpolation.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "array/geometry.h"
#include "so3/track.h"

namespace room {

/// Microphone offsets from the array's center in world axes at times 0, step, 2 step, ... samples.
struct TurningArray {
  std::size_t step = 1;  ///< samples, a power of 2 from 1 to 128
  std::size_t microphones = 0;
  std::vector<Eigen::Vector3d> offset_m;  ///< [nodes, microphones], row-major

  std::size_t nodes() const { return offset_m.size() / microphones; }
};

/// Largest angular speed between two samples of a track, rad/s.
double max_angular_speed(const so3::Track& track);

/// Samples between nodes. Linear interpolation of harmonics up to `order` between the nodes has an
/// error of at most 1e-3 (-60 dB): (order speed dt)^2 / 8 <= 1e-3.
std::size_t interpolation_step(double angular_speed, std::size_t order, double sample_rate_hz);

/// Places at nodes that cover `samples` samples. The last node is at or behind the last sample.
/// @param max_step  largest number of samples between nodes, a power of 2
TurningArray sample_turning_array(const array::Geometry& geometry, const so3::Track& orientation,
                                  double sample_rate_hz, std::size_t samples, std::size_t order,
                                  std::size_t max_step);

}  // namespace room
