/// Bins drawn at random around directions, for tests of everything that pools them.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <cstdint>
#include <vector>

#include "core/random.h"
#include "so3/rotation.h"

namespace doa_test {

struct Bins {
  std::vector<float> r_world;
  std::vector<std::uint32_t> frame;

  void add(const Eigen::Vector3d& r, std::uint32_t at_frame) {
    for (int axis = 0; axis < 3; ++axis) r_world.push_back(static_cast<float>(r[axis]));
    frame.push_back(at_frame);
  }
};

/// A unit direction turned from `direction` by two normal angles of `spread_rad` about random axes.
inline Eigen::Vector3d near_direction(const Eigen::Vector3d& direction, double spread_rad,
                                      core::RandomStream& random) {
  const Eigen::Vector3d turn(random.normal(), random.normal(), random.normal());
  return so3::exp(spread_rad * turn) * direction;
}

/// `share` of the bins near `direction` with norms near 1, the rest uniform over the sphere with
/// norms near 0.5; the same number in each frame.
inline Bins contaminated_bins(const Eigen::Vector3d& direction, double share, double spread_rad,
                              std::size_t frames, std::size_t bins_per_frame,
                              std::uint32_t stream) {
  core::RandomStream random(7, core::Purpose::kTest, stream);
  Bins bins;
  for (std::size_t f = 0; f < frames; ++f) {
    for (std::size_t b = 0; b < bins_per_frame; ++b) {
      const bool direct = random.uniform() < share;
      const Eigen::Vector3d r =
          direct ? near_direction(direction, spread_rad, random) : so3::random_direction(random);
      bins.add((direct ? 1.0 : 0.5) * random.uniform(0.8, 1.2) * r, static_cast<std::uint32_t>(f));
    }
  }
  return bins;
}

}  // namespace doa_test
