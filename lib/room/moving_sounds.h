/// Sounds at the microphones of a turning array, read from a signal at exact moving delays.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "dsp/fractional_delay.h"
#include "room/turning_array.h"

namespace room {

/// Adds the sum of all sounds at each microphone, a step between two nodes at a time.
/// @param sounds  images, plane waves or others
/// @param fill    called as fill(sound, node, microphone, position, amplitude): writes the positions
///                in the signal and the amplitudes of one sound over one step, [turning.step] each
/// @param output  [samples, microphones], row-major, added to
template <typename Sound, typename Fill>
void add_moving_sounds(std::span<const Sound> sounds, std::span<const float> signal,
                       const TurningArray& turning, const dsp::FractionalDelay& interpolator,
                       std::span<float> output, Fill&& fill) {
  const std::size_t samples = output.size() / turning.microphones;
  std::vector<double> position(turning.step);
  std::vector<float> amplitude(turning.step);
  std::vector<float> heard(turning.step);
  for (std::size_t microphone = 0; microphone < turning.microphones; ++microphone) {
    for (std::size_t node = 0; node * turning.step < samples; ++node) {
      const std::size_t first = node * turning.step;
      const std::size_t length = std::min(turning.step, samples - first);
      std::fill(heard.begin(), heard.end(), 0.0F);
      for (const Sound& sound : sounds) {
        fill(sound, node, microphone, std::span(position), std::span(amplitude));
        interpolator.accumulate(signal, std::span(position).first(length),
                                std::span(amplitude).first(length), std::span(heard).first(length));
      }
      for (std::size_t i = 0; i < length; ++i)
        output[(first + i) * turning.microphones + microphone] += heard[i];
    }
  }
}

}  // namespace room
