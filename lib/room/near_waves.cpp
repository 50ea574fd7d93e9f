#include "room/near_waves.h"

#include <algorithm>

#include "room/moving_sounds.h"

namespace room {

void add_near_waves(std::span<const PlaneWave> waves, std::span<const float> signal,
                    const TurningArray& turning, double sample_rate_hz, double speed_of_sound,
                    const dsp::FractionalDelay& interpolator, std::span<float> output) {
  const double samples_per_m = sample_rate_hz / speed_of_sound;
  const auto step = static_cast<double>(turning.step);
  add_moving_sounds(
      waves, signal, turning, interpolator, output,
      [&](const PlaneWave& wave, std::size_t node, std::size_t microphone,
          std::span<double> position, std::span<float> amplitude) {
        const Eigen::Vector3d& from_m = turning.offset_m[node * turning.microphones + microphone];
        const Eigen::Vector3d& to_m =
            turning.offset_m[(node + 1) * turning.microphones + microphone];
        const double start = static_cast<double>(node * turning.step) -
                             wave.time_s * sample_rate_hz +
                             wave.direction.dot(from_m) * samples_per_m;
        const double slope = 1.0 + wave.direction.dot(to_m - from_m) * samples_per_m / step;
        for (std::size_t i = 0; i < position.size(); ++i)
          position[i] = start + slope * static_cast<double>(i);
        std::fill(amplitude.begin(), amplitude.end(), static_cast<float>(wave.pressure));
      });
}

}  // namespace room
