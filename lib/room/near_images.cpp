#include "room/near_images.h"

#include <cmath>
#include <vector>

#include "core/kernel.h"
#include "room/moving_sounds.h"

namespace room {
namespace {

/// Positions in the source signal and amplitudes of one image over one step. The vector from the
/// microphone to the image is from + (to - from) i / step.
CSL_KERNEL void distances_over_step(const double* from, const double* to, std::size_t step,
                                    double samples_per_m, double gain, double first_sample,
                                    double* position, float* amplitude) {
  const double scale = 1.0 / static_cast<double>(step);
  for (std::size_t i = 0; i < step; ++i) {
    const double blend = static_cast<double>(i) * scale;
    const double x = from[0] + (to[0] - from[0]) * blend;
    const double y = from[1] + (to[1] - from[1]) * blend;
    const double z = from[2] + (to[2] - from[2]) * blend;
    const double distance = std::sqrt(x * x + y * y + z * z);
    position[i] = first_sample + static_cast<double>(i) - distance * samples_per_m;
    amplitude[i] = static_cast<float>(gain / distance);
  }
}

}  // namespace

void add_near_images(const NearSound& sound, const TurningArray& turning,
                     std::span<const Eigen::Vector3d> shift_m, double samples_per_m,
                     const dsp::FractionalDelay& interpolator, std::span<float> output) {
  add_moving_sounds(std::span(sound.images), sound.signal, turning, interpolator, output,
                    [&](const RelativeImage& image, std::size_t node, std::size_t microphone,
                        std::span<double> position, std::span<float> amplitude) {
                      const Eigen::Vector3d place = place_at_node(image, shift_m, node);
                      const Eigen::Vector3d from =
                          place - turning.offset_m[node * turning.microphones + microphone];
                      const Eigen::Vector3d to =
                          place_at_node(image, shift_m, node + 1) -
                          turning.offset_m[(node + 1) * turning.microphones + microphone];
                      const double gain = image.gain * std::exp(-sound.air_per_m * place.norm());
                      distances_over_step(from.data(), to.data(), turning.step, samples_per_m, gain,
                                          static_cast<double>(node * turning.step), position.data(),
                                          amplitude.data());
                    });
}

std::vector<NearSound> near_sounds(const Shoebox& room, std::span<const RelativeImage> images,
                                   std::span<const float> signal, double sample_rate_hz) {
  const std::vector<RelativeImage> all(images.begin(), images.end());
  if (!room.banded()) return {{all, {signal.begin(), signal.end()}, 0.0}};
  std::vector<NearSound> sounds;
  std::vector<std::vector<float>> parts = split_into_bands(signal, sample_rate_hz);
  for (std::size_t band = 0; band < kBands; ++band) {
    const double air_per_m = room.air_per_m.empty() ? 0.0 : room.air_per_m[band];
    sounds.push_back({all, std::move(parts[band]), air_per_m});
    for (RelativeImage& image : sounds.back().images) {
      image.gain = static_cast<float>(image_gain(room.reflection_in(band), image.index));
    }
  }
  return sounds;
}

Eigen::Vector3d place_at_node(const RelativeImage& image, std::span<const Eigen::Vector3d> shift_m,
                              std::size_t node) {
  const Eigen::Vector3d start(image.x_m, image.y_m, image.z_m);
  if (shift_m.empty()) return start;
  return start + image_shift_m(image.index, shift_m[node]);
}

}  // namespace room
