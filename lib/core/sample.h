/// What counts as a sample of sound.
#pragma once

#include <cmath>

namespace core {

/// Largest magnitude of a sample. Full scale is 1; some programs count up to 2^31. Squares of larger
/// values, summed over a window, leave the range of float.
inline constexpr float kLargestSample = 1e10F;

/// False for values that are not finite or that no recording holds.
inline bool is_sample(float x) { return std::abs(x) <= kLargestSample; }

}  // namespace core
