/// What estimators by the array's learned responses share.
#pragma once

#include <cstddef>

#include "calib/response_frames.h"
#include "session/features.h"

namespace localize {

/// Number of points of a grid whose neighbors are a share of the resolution apart: the wavelength of
/// the highest frequency over the aperture. The spacing is at least 1.5 degrees.
/// @param coarsest_deg  largest spacing, degrees
std::size_t response_grid_points(const calib::ResponseTable& table, double share,
                                 double coarsest_deg);

/// A session's bins above the floor, each weighted by its rise (calib::onset_weight()).
/// @param table  must outlive the result
calib::ResponseFrames response_frames(const calib::ResponseTable& table,
                                      const session::Features& heard);

}  // namespace localize
