/// Exact rendering of the direct sound and of early images through measured responses.
#pragma once

#include <cstddef>
#include <span>

#include "array/responses.h"
#include "dsp/fractional_delay.h"
#include "room/near_images.h"
#include "so3/track.h"

namespace room {

/// How an array turns: about a point that its center may be apart from.
struct Turning {
  const so3::Track& orientation;  ///< q_world_sensor
  Eigen::Vector3d pivot_m;        ///< the point, from the array's center in the sensor frame
};

/// Adds each image as a plane wave from its momentary direction in the sensor frame. Between nodes
/// `step` samples apart the aligned responses are cross-faded and their onsets are interpolated.
/// This avoids comb filtering and clicks.
/// @param shift_m  displacement of the source from its start at the nodes, [nodes]; empty: the
///                 source is at rest
/// @param output   [samples, receivers], row-major, added to
void add_near_responses(const NearSound& sound, const Turning& turning,
                        std::span<const Eigen::Vector3d> shift_m, double sample_rate_hz,
                        std::size_t step, const array::ResponseInterpolator& responses,
                        double samples_per_m, const dsp::FractionalDelay& interpolator,
                        std::span<float> output);

}  // namespace room
