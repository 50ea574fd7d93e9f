/// Recorded orientations that the simulator repeats.
#pragma once

#include <filesystem>
#include <vector>

#include "so3/track.h"

namespace formats {

/// Tracks without gaps, each with its own times. The file is one of three: BROAD's HDF5
/// (`opt_quat`, attribute `sampling_rate`), a sessions file, or a CSV table that
/// OrientationRowReader reads (sensor to world). Rows that are not finite are gaps.
/// @throws core::InputError  if the file is none of these, or holds no track without gaps
std::vector<so3::Track> read_recorded_motion(const std::filesystem::path& path);

}  // namespace formats
