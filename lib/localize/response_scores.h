/// What estimators by the array's learned responses share.
#pragma once

#include <cstddef>

#include "calib/response_frames.h"
#include "session/features.h"

namespace localize {

/// Number of points of a grid that misses no peak of the responses: neighbors are
/// 0.15 wavelengths of the highest frequency over the aperture apart, between 1.5 and 5 degrees.
std::size_t response_grid_points(const calib::ResponseTable& table);

/// A session's bins above the floor, each weighted by its rise (calib::onset_weight()).
/// @param table  must outlive the result
calib::ResponseFrames response_frames(const calib::ResponseTable& table,
                                      const session::Features& heard);

}  // namespace localize
