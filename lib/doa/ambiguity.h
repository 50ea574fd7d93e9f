/// Whether a window tells a direction from those that a flat or straight array hardly tells from it.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <span>

#include "array/shape.h"
#include "doa/direction_search.h"
#include "doa/window.h"

namespace doa {

/// A direction with a lower contrast is not told from the others. Chosen on one seed of a flat array
/// that turns at 90 degrees a second with T60 0.25 and 0.5 s: with half of it, 1 of 50 windows of
/// 0.5 s was on the wrong side.
inline constexpr double kClearContrast = 0.2;

/// How far the score of a direction is above that of the best of array::rivals(), relative to its
/// height above the mean over the sphere, in [0, 1]. An array at rest cannot tell them apart: 0. An
/// array that turns can: its rivals are different directions of the world in every frame. 1 for an
/// array without rivals.
/// @param map       scores of the grid of `search`, summed over the window
/// @param R_center  rotates sensor vectors of the center frame into the frame of the directions
double contrast(const array::Shape& shape, const DirectionSearch& search,
                std::span<const double> map, const ScoreFrames& frames, const FrameRange& range,
                std::span<const Eigen::Matrix3d> R_pool_sensor, const Eigen::Matrix3d& R_center,
                const FoundDirection& found);

/// Whether a half space says on which side of a flat array's plane the source is.
bool side_is_known(const array::Shape& shape, const std::optional<Eigen::Vector3d>& half_space);

}  // namespace doa
