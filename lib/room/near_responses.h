/// Exact rendering of the direct sound and of early images through measured responses.
#pragma once

#include <cstddef>
#include <span>

#include "array/responses.h"
#include "dsp/fractional_delay.h"
#include "room/image_sweep.h"
#include "so3/track.h"

namespace room {

/// Adds each image as a plane wave from its momentary direction in the sensor frame. Between nodes
/// `step` samples apart the aligned responses are cross-faded and their onsets interpolated, so
/// that neither combs nor clicks arise.
/// @param images  relative to the array's centre
/// @param output  [samples, receivers], row-major, added to
void add_near_responses(std::span<const RelativeImage> images, const so3::Track& orientation,
                        double sample_rate_hz, std::size_t step,
                        const array::ResponseInterpolator& responses, std::span<const float> source,
                        double samples_per_m, const dsp::FractionalDelay& interpolator,
                        std::span<float> output);

}  // namespace room
