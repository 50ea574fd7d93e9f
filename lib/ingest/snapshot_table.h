/// Snapshots of an STFT that a device has computed itself, as a table.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "session/features.h"

namespace ingest {

/// Snapshots as features; their orientations are still the identity.
struct Snapshots {
  std::size_t microphones = 0;
  session::FeatureSettings settings;
  session::Features features;  ///< frame times are those of the table
};

/// Reads a table with one row for each snapshot and frequency: columns time_s, frequency_hz, and
/// re1, im1, re2, im2, ... of all microphones. Rows are in the order of time; rows of one time are
/// one snapshot. The frequencies are whole multiples of the distance between neighbors.
/// @param rate_hz  sample rate of the STFT
/// @throws core::InputError  naming the line: another column, values that are not finite, times that
///                           go backward, a frequency above half the rate, a frequency twice in one
///                           snapshot; fewer than 2 microphones, 2 frequencies or 2 snapshots
Snapshots read_snapshots(const std::filesystem::path& path, double rate_hz);

/// Snapshots from `first` up to `end`; frame times count from the first one.
/// @param q_world_sensor  [end - first]
session::Features cut_snapshots(const session::Features& all, std::size_t first, std::size_t end,
                                const std::vector<Eigen::Quaterniond>& q_world_sensor);

}  // namespace ingest
