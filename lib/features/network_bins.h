/// The bins that a network is given, from all those above the floor.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "learn/smoothing.h"
#include "session/features.h"

namespace features {

/// The session with the loudest bin of each group, drawn to its neighbors.
session::Features network_bins(const session::Features& session,
                               const learn::BinSmoothing& smoothing);

/// How many bins that are. @param frame, frequency  as in session::Features
std::size_t count_network_bins(std::span<const std::uint32_t> frame,
                               std::span<const std::uint16_t> frequency, std::size_t group);

/// Chosen bins as network_bins() would draw them to their neighbors, whatever their group.
/// @param chosen  indices of bins, increasing
/// @return        [chosen, microphones]
std::vector<std::complex<float>> smoothed_bins(const session::Features& session,
                                               std::span<const std::size_t> chosen,
                                               std::size_t neighbors);

}  // namespace features
