/// Orientations that were recorded once and are turned through again in the simulator.
#pragma once

#include <filesystem>
#include <vector>

#include "so3/track.h"

namespace formats {

/// Stretches without gaps, each with its own times. Files: BROAD's HDF5 (`opt_quat`, attribute
/// `sampling_rate`; NaN rows are gaps), a sessions file of ours, or CSV with the header
/// `time_s,qw,qx,qy,qz` (sensor to world).
/// @throws core::InputError  if the file is none of these, or no stretch is left
std::vector<so3::Track> read_recorded_motion(const std::filesystem::path& path);

}  // namespace formats
