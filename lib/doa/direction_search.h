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

/// Scores of directions summed over a window's active frames, [directions.count].
/// @param R_pool_sensor  orientation of every frame of `frames`
/// @param step           1: all active frames; n: every n-th of them
std::vector<double> window_scores(const ScoreFrames& frames, const FrameRange& range,
                                  std::span<const Eigen::Matrix3d> R_pool_sensor,
                                  const DirectionColumns& directions, std::size_t step = 1);

/// The peak of a smooth score near a direction, with few evaluations: a paraboloid is fitted to
/// the scores of a disk of directions; the next disk is smaller and around the paraboloid's peak.
/// Where the scores are not a peak, the next disk is around the best direction of this one.
/// @param radius_rad  of the first disk; the peak should lie in it
/// @param last_rad    the search ends after the first disk that is smaller; the error of the peak is
///                    then far below the last radius
Eigen::Vector3d smooth_peak(const ScoreFrames& frames, const FrameRange& range,
                            std::span<const Eigen::Matrix3d> R_pool_sensor,
                            const Eigen::Vector3d& start, double radius_rad, double last_rad);

/// A search with a grid of directions and a smallest step.
class DirectionSearch {
 public:
  /// @param step_deg  the local search ends when its radius is smaller, degrees; 0: no local search
  DirectionSearch(std::span<const Eigen::Vector3d> grid, double step_deg);

  /// Searches one window.
  /// @param R_pool_sensor  orientation of every frame of `frames`, [frames]
  FoundDirection search(const ScoreFrames& frames, const FrameRange& range,
                        std::span<const Eigen::Matrix3d> R_pool_sensor) const;

  /// Searches one window whose map is known: the scores of the grid's points, summed over the
  /// window's frames, at least [grid points].
  FoundDirection search_map(std::span<const double> map, const ScoreFrames& frames,
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

  /// Searches many windows of several lengths (visit_windows()).
  /// @return  [lengths][windows]
  std::vector<std::vector<FoundDirection>> search_windows(
      const ScoreFrames& frames, std::span<const MovingWindows> windows,
      std::span<const Eigen::Matrix3d> R_pool_sensor) const;

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
