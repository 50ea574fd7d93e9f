/// From all bins above the floor to the network's input.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "learn/smoothing.h"
#include "session/features.h"

namespace features {

/// The session with only the loudest bin of each group of neighboring frequencies (thinning), each
/// averaged with its neighbors in frequency that agree with it (smoothing).
session::Features network_bins(const session::Features& session,
                               const learn::BinSmoothing& smoothing);

/// Number of bins that network_bins() keeps.
/// @param frame, frequency  as in session::Features
/// @param group             learn::BinSmoothing::group
std::size_t count_network_bins(std::span<const std::uint32_t> frame,
                               std::span<const std::uint16_t> frequency, std::size_t group);

/// Smooths the chosen bins as network_bins() does, without thinning.
/// @param chosen     indices of bins, increasing
/// @param neighbors  learn::BinSmoothing::neighbors
/// @return           [chosen, microphones]
std::vector<std::complex<float>> smoothed_bins(const session::Features& session,
                                               std::span<const std::size_t> chosen,
                                               std::size_t neighbors);

}  // namespace features
