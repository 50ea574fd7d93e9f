/// The peak of scores that are smooth between neighboring directions.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>

#include "doa/score_frames.h"
#include "doa/window.h"

namespace doa {

/// The peak of a smooth score near a direction, with few evaluations: a paraboloid is fitted to
/// the scores of a disk of directions, and the next disk is a quarter as large and around the
/// paraboloid's peak. A disk without a peak moves to its best direction and keeps its size, a few
/// times at most. All disks but the last use every n-th frame of long windows.
/// @param radius_rad  of the first disk; the peak should lie in it
/// @param last_rad    the search ends after the first disk that is smaller; the error of the peak is
///                    then far below the last radius
Eigen::Vector3d smooth_peak(const ScoreFrames& frames, const FrameRange& range,
                            std::span<const Eigen::Matrix3d> R_pool_sensor,
                            const Eigen::Vector3d& start, double radius_rad, double last_rad);

/// Peak of a paraboloid fitted to the highest point of a map and its neighbors, or the highest point
/// itself where they are no peak.
/// @param points       nearly even directions, `spacing_rad` apart
/// @param map          scores of the points, at least [points]
Eigen::Vector3d map_peak(std::span<const Eigen::Vector3d> points, double spacing_rad,
                         std::span<const double> map);

}  // namespace doa
