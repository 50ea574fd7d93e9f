/// Interface of scores for searches over the sphere: candidate directions, frame by frame.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "doa/window.h"

namespace doa {

/// Directions that are evaluated together: one column for each coordinate, padded to whole blocks
/// of kLanes with copies of the last direction.
struct DirectionColumns {
  static constexpr std::size_t kLanes = 16;

  DirectionColumns() = default;
  explicit DirectionColumns(std::span<const Eigen::Vector3d> directions);

  std::size_t padded() const { return x.size(); }
  std::size_t count = 0;
  std::vector<float> x, y, z;  ///< [padded]
};

/// Smallest and largest value that a frame's scores can have.
struct ScoreBounds {
  double lowest = 0.0, highest = 0.0;
};

/// One array snapshot a frame, scored against directions. Higher is better.
class ScoreFrames {
 public:
  virtual ~ScoreFrames() = default;

  /// Whether the frame has a usable bin. A frame that is not active is skipped.
  virtual bool active(std::size_t frame) const = 0;

  /// Writes the scores of one frame, [directions.padded()].
  /// @param R_pool_sensor  rotates sensor vectors into the frame of the directions
  virtual void score(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
                     const DirectionColumns& directions, float* scores) const = 0;

  /// Bounds of the scores of an active frame. Scores without bounds have both at 0: they have no
  /// share (FoundDirection::share).
  virtual ScoreBounds bounds(std::size_t /*frame*/) const { return {}; }
};

/// Index of the highest of some scores, at least one.
std::size_t highest_index(std::span<const double> scores);

/// Number of active frames.
std::size_t active_frames(const ScoreFrames& frames, const FrameRange& range);

/// Scores of directions summed over a window's active frames, [directions.count].
/// @param R_pool_sensor  orientation of every frame of `frames`
/// @param step           1: all active frames; n: every n-th of them
std::vector<double> window_scores(const ScoreFrames& frames, const FrameRange& range,
                                  std::span<const Eigen::Matrix3d> R_pool_sensor,
                                  const DirectionColumns& directions, std::size_t step = 1);

}  // namespace doa
