/// Exact rendering of the direct sound and of images close to the array.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "dsp/fractional_delay.h"
#include "room/image_sweep.h"
#include "room/turning_array.h"

namespace room {

/// What reaches the array from the nearest images, or one octave band of it.
struct NearSound {
  std::vector<RelativeImage> images;  ///< relative to the array's center, at sample 0
  std::vector<float> signal;          ///< of the source
  double air_per_m = 0.0;             ///< absorption on the way, nepers a meter
};

/// Adds gain / d(t) x(t - d(t) / c) of each image at each microphone, d(t) from the exact momentary
/// positions.
/// @param shift_m  how far the source has moved at the array's nodes, [nodes]; empty: it rests
/// @param output   [samples, microphones], row-major, added to
void add_near_images(const NearSound& sound, const TurningArray& turning,
                     std::span<const Eigen::Vector3d> shift_m, double samples_per_m,
                     const dsp::FractionalDelay& interpolator, std::span<float> output);

/// One sound in a plain room; in one with octave bands one a band, with the images' gains in it.
std::vector<NearSound> near_sounds(const Shoebox& room, std::span<const RelativeImage> images,
                                   std::span<const float> signal, double sample_rate_hz);

/// Where an image is when its source has moved. @param shift_m  per node; empty: nowhere
Eigen::Vector3d place_at_node(const RelativeImage& image, std::span<const Eigen::Vector3d> shift_m,
                              std::size_t node);

}  // namespace room
