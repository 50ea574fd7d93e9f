/// Exact rendering of plane waves at open microphones.
#pragma once

#include <span>

#include "dsp/fractional_delay.h"
#include "room/plane_waves.h"
#include "room/turning_array.h"

namespace room {

/// Adds pressure x(t - time + u . p_m(t) / c) of each wave at each microphone, where u is the
/// direction of the wave and p_m(t) the microphone's exact momentary place from the center.
/// @param signal  signal of the source, [n]
/// @param output  [samples, microphones], row-major, added to
void add_near_waves(std::span<const PlaneWave> waves, std::span<const float> signal,
                    const TurningArray& turning, double sample_rate_hz, double speed_of_sound,
                    const dsp::FractionalDelay& interpolator, std::span<float> output);

}  // namespace room
