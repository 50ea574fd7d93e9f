/// Interface of the densities of a session's bins under candidate directions, frame by frame.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <functional>
#include <span>

#include "doa/score_frames.h"

namespace doa {

/// The ratio of a bin and a direction d is p(bin | d) / p(bin): the density of the bin if its sound
/// comes from d, over its density if it comes from no direction.
class BinDensities {
 public:
  /// Receives log2 of the ratios of the frame's bins and of the directions first, ...,
  /// first + DirectionColumns::kLanes - 1: [bins of the frame, kLanes].
  using Visit = std::function<void(std::size_t first, const float* log_ratio)>;

  virtual ~BinDensities() = default;

  /// First bin of every frame, then the number of bins, [frames + 1].
  virtual std::span<const std::size_t> first_bin() const = 0;
  /// Weight of each bin's log density, >= 0, [bins].
  virtual std::span<const float> weight() const = 0;

  /// Calls `visit` for every block of directions.
  /// @param R_pool_sensor  rotates sensor vectors into the frame of the directions
  virtual void log_ratios(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
                          const DirectionColumns& directions, const Visit& visit) const = 0;
};

}  // namespace doa
