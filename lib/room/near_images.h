/// Exact rendering of the direct sound and of images close to the array.
#pragma once

#include <functional>
#include <span>

#include "dsp/fractional_delay.h"
#include "room/image_sweep.h"
#include "room/turning_array.h"

namespace room {

/// Adds gain / d(t) x(t - d(t) / c) of each image at each microphone, d(t) from the exact momentary
/// positions.
/// @param images   relative to the array's centre
/// @param source   [samples of the source]
/// @param output   [samples, mics], row-major, added to
void add_near_images(std::span<const RelativeImage> images, const TurningArray& turning,
                     std::span<const float> source, double samples_per_m,
                     const dsp::FractionalDelay& interpolator, std::span<float> output);

/// Calls render(images, signal) once in a plain room. In one with octave bands once a band: with
/// the signal's part in it and the images' gains in it.
void for_each_band(
    const Shoebox& room, std::span<const RelativeImage> images, std::span<const float> signal,
    double sample_rate_hz,
    const std::function<void(std::span<const RelativeImage>, std::span<const float>)>& render);

}  // namespace room
