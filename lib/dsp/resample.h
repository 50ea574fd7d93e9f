/// Sample-rate conversion.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace dsp {

/// Converts between any two rates by libsoxr at its very high quality, linear phase; the first
/// output sample is at the time of the first input sample. Equal rates copy.
/// @param interleaved  [samples, channels], row-major
/// @return             [round(samples * to / from), channels]
/// @throws core::UsageError  if channels is 0 or does not divide the length, or a rate is not in
/// (0, 10 MHz]
std::vector<float> resample(std::span<const float> interleaved, std::size_t channels,
                            double from_hz, double to_hz);

}  // namespace dsp
