/// Where the microphones of a turning array are, on a coarse time grid that is fine enough to
/// interpolate linearly.
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

/// Fastest turn between two samples of a track, rad/s.
double max_angular_speed(const so3::Track& track);

/// Samples between nodes so that harmonics up to `order`, interpolated linearly, are exact to 1e-3
/// (-60 dB): (order speed dt)^2 / 8 <= 1e-3.
std::size_t interpolation_step(double angular_speed, std::size_t order, double sample_rate_hz);

/// Nodes that cover `samples` samples: the last one is at or behind the last sample.
/// @param max_step  samples between nodes at most, a power of 2
TurningArray sample_turning_array(const array::Geometry& geometry, const so3::Track& orientation,
                                  double sample_rate_hz, std::size_t samples, std::size_t order,
                                  std::size_t max_step);

}  // namespace room
