/// The best direction of a window: highest point of a summed score on a grid, then a local search
/// below it.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "doa/score_frames.h"
#include "doa/window.h"

namespace doa {

/// What a search found, in the frame the scores were pooled in. Zero directions: no active frame.
struct FoundDirection {
  Eigen::Vector3d grid_direction = Eigen::Vector3d::Zero();
  Eigen::Vector3d direction = Eigen::Vector3d::Zero();  ///< after the local search
  double score = 0.0;                                   ///< of the latter, mean over active frames
};

/// A grid of directions and how far the local search goes.
class DirectionSearch {
 public:
  /// @param step_deg  the local search ends when its radius is smaller; 0: no local search
  DirectionSearch(std::span<const Eigen::Vector3d> grid, double step_deg);

  /// One window over all its frames.
  /// @param R_pool_sensor  orientation of every frame of `frames`, [frames]
  FoundDirection search(const ScoreFrames& frames, const FrameRange& range,
                        std::span<const Eigen::Matrix3d> R_pool_sensor) const;

  /// Local search alone, from a direction that is known to within `radius_rad`; the grid is not
  /// used.
  FoundDirection search_near(const ScoreFrames& frames, const FrameRange& range,
                             std::span<const Eigen::Matrix3d> R_pool_sensor,
                             const Eigen::Vector3d& start, double radius_rad) const;

  /// Many windows of several lengths: every frame's map is made once, and moving sums are kept of
  /// it.
  /// @return  [lengths][windows]
  std::vector<std::vector<FoundDirection>> search_windows(
      const ScoreFrames& frames, std::span<const MovingWindows> windows,
      std::span<const Eigen::Matrix3d> R_pool_sensor) const;

  const DirectionColumns& grid() const { return columns_; }

 private:
  FoundDirection finish(std::span<const double> summed_map, const ScoreFrames& frames,
                        const FrameRange& range,
                        std::span<const Eigen::Matrix3d> R_pool_sensor) const;

  /// From found.direction, whose summed score is `best`, to the highest point near it.
  double climb(const ScoreFrames& frames, const FrameRange& range,
               std::span<const Eigen::Matrix3d> R_pool_sensor, double best, double radius_rad,
               FoundDirection& found) const;

  std::vector<Eigen::Vector3d> points_;
  DirectionColumns columns_;
  double step_deg_;
  double spacing_rad_;
};

}  // namespace doa
