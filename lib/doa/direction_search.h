/// Search for the best direction of a window: the highest point of a summed score on a grid, then a
/// local search around it.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "doa/score_frames.h"
#include "doa/window.h"

namespace doa {

/// Result of a search, in the frame in which the scores are pooled. The directions are zero if no
/// frame is active.
struct FoundDirection {
  Eigen::Vector3d grid_direction = Eigen::Vector3d::Zero();
  Eigen::Vector3d direction = Eigen::Vector3d::Zero();  ///< after the local search
  double score = 0.0;  ///< of `direction`, mean over the active frames
  /// The summed score of `direction` on the way from the lowest to the highest possible one
  /// (ScoreBounds), in [0, 1].
  double share = 0.0;
  double contrast = 1.0;  ///< doa::contrast(), where it was asked for
};

/// A search with a grid of directions and a smallest step.
class DirectionSearch {
 public:
  /// @param step_deg  the local search ends when its radius is smaller, degrees; 0: no local search
  DirectionSearch(std::span<const Eigen::Vector3d> grid, double step_deg);

  /// Searches one window whose map is known: the scores of the grid's points, summed over the
  /// window's frames, at least [grid points].
  FoundDirection search_map(std::span<const double> map, const ScoreFrames& frames,
                            const FrameRange& range,
                            std::span<const Eigen::Matrix3d> R_pool_sensor) const;

  /// The peak of a window's map, for scores that are smooth between the grid's points: a paraboloid
  /// through the highest point and its neighbors, then smooth_peak(). Needs a coarser grid and fewer
  /// evaluations than search_map(). Zero if no frame is active.
  Eigen::Vector3d smooth_search_map(std::span<const double> map, const ScoreFrames& frames,
                                    const FrameRange& range,
                                    std::span<const Eigen::Matrix3d> R_pool_sensor) const;

  /// Searches locally, without the grid, around a direction that is known to within `radius_rad`.
  FoundDirection search_near(const ScoreFrames& frames, const FrameRange& range,
                             std::span<const Eigen::Matrix3d> R_pool_sensor,
                             const Eigen::Vector3d& start, double radius_rad) const;

  /// Receives the scores of the grid's points, summed over the window's frames, [grid points].
  /// @param length, window  index of the length, and of its window
  using VisitWindow =
      std::function<void(std::size_t length, std::size_t window, std::span<const double> map)>;

  /// Calls `visit` for many windows of several lengths, those of each length in order. Every
  /// frame's map is computed once; moving sums add it to the windows.
  void visit_windows(const ScoreFrames& frames, std::span<const MovingWindows> windows,
                     std::span<const Eigen::Matrix3d> R_pool_sensor,
                     const VisitWindow& visit) const;

  const DirectionColumns& grid() const { return columns_; }

 private:
  /// Moves found.direction, whose summed score is `best`, to the highest point near it.
  /// @return  summed score of that point
  double climb(const ScoreFrames& frames, const FrameRange& range,
               std::span<const Eigen::Matrix3d> R_pool_sensor, double best, double radius_rad,
               FoundDirection& found) const;

  std::vector<Eigen::Vector3d> points_;
  DirectionColumns columns_;
  double step_deg_;
  double spacing_rad_;
};

}  // namespace doa
