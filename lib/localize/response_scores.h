/// What estimators by the array's learned responses share.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "calib/response_frames.h"
#include "localize/known_array.h"
#include "session/features.h"

namespace localize {

/// Number of points of a grid whose neighbors are a share of the resolution apart: the wavelength of
/// the highest frequency over the aperture. The spacing is at least 1.5 degrees.
/// @param coarsest_deg  largest spacing, degrees
std::size_t response_grid_points(const calib::ResponseTable& table, double share,
                                 double coarsest_deg);

/// A session's bins above the floor, each weighted by its rise (calib::onset_weight()).
/// @param table  must outlive the result
/// @param array  null, or a known array: bins outside its band weigh 0
calib::ResponseFrames response_frames(const calib::ResponseTable& table,
                                      const session::Features& heard, const KnownArraySetup* array);

/// Responses of plane waves at an open array's microphones.
/// @param max_frequency_index  highest frequency index of a bin
std::shared_ptr<const calib::ResponseTable> plane_wave_responses(
    std::span<const Eigen::Vector3d> position_m, double speed_of_sound, double bin_hz,
    std::size_t max_frequency_index);

}  // namespace localize
