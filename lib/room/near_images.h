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

/// The sound of the nearest images, or one octave band of it.
struct NearSound {
  std::vector<RelativeImage> images;  ///< relative to the array's center, at sample 0
  std::vector<float> signal;          ///< signal of the source
  double air_per_m = 0.0;             ///< absorption of the air, nepers per meter
};

/// Adds gain / d(t) x(t - d(t) / c) of each image at each microphone, where d(t) is the distance
/// between their exact momentary positions.
/// @param shift_m  displacement of the source from its start at the array's nodes, [nodes]; empty:
///                 the source is at rest
/// @param output   [samples, microphones], row-major, added to
void add_near_images(const NearSound& sound, const TurningArray& turning,
                     std::span<const Eigen::Vector3d> shift_m, double samples_per_m,
                     const dsp::FractionalDelay& interpolator, std::span<float> output);

/// The sounds of the nearest images: one in a room without octave bands, otherwise one for each
/// band with the images' gains in that band.
std::vector<NearSound> near_sounds(const Shoebox& room, std::span<const RelativeImage> images,
                                   std::span<const float> signal, double sample_rate_hz);

/// Place of an image at a node, relative to the array's center.
/// @param shift_m  displacement of the source at the nodes; empty: the source is at rest
Eigen::Vector3d place_at_node(const RelativeImage& image, std::span<const Eigen::Vector3d> shift_m,
                              std::size_t node);

}  // namespace room
