#include "room/near_waves.h"

#include <algorithm>
#include <vector>

namespace room {

void add_near_waves(std::span<const PlaneWave> waves, std::span<const float> signal,
                    const TurningArray& turning, double sample_rate_hz, double speed_of_sound,
                    const dsp::FractionalDelay& interpolator, std::span<float> output) {
  const std::size_t samples = output.size() / turning.microphones;
  const double samples_per_m = sample_rate_hz / speed_of_sound;
  std::vector<double> position(turning.step);
  std::vector<float> amplitude(turning.step);
  std::vector<float> heard(turning.step);
  for (std::size_t microphone = 0; microphone < turning.microphones; ++microphone) {
    for (std::size_t node = 0; node * turning.step < samples; ++node) {
      const std::size_t first = node * turning.step;
      const std::size_t length = std::min(turning.step, samples - first);
      const Eigen::Vector3d& from_m = turning.offset_m[node * turning.microphones + microphone];
      const Eigen::Vector3d& to_m = turning.offset_m[(node + 1) * turning.microphones + microphone];
      std::fill(heard.begin(), heard.end(), 0.0F);
      for (const PlaneWave& wave : waves) {
        const double start = static_cast<double>(first) - wave.time_s * sample_rate_hz +
                             wave.direction.dot(from_m) * samples_per_m;
        const double slope = 1.0 + wave.direction.dot(to_m - from_m) * samples_per_m /
                                       static_cast<double>(turning.step);
        for (std::size_t i = 0; i < length; ++i)
          position[i] = start + slope * static_cast<double>(i);
        std::fill(amplitude.begin(), amplitude.end(), static_cast<float>(wave.pressure));
        interpolator.accumulate(signal, std::span(position).first(length),
                                std::span(amplitude).first(length), std::span(heard).first(length));
      }
      for (std::size_t i = 0; i < length; ++i)
        output[(first + i) * turning.microphones + microphone] += heard[i];
    }
  }
}

}  // namespace room
