#include "room/near_images.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/kernel.h"

namespace room {
namespace {

/// Distances and gains of one image over one step: from + (to - from) i / step is the vector
/// microphone -> image.
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

void add_near_images(std::span<const RelativeImage> images, const TurningArray& turning,
                     std::span<const float> source, double samples_per_m,
                     const dsp::FractionalDelay& interpolator, std::span<float> output) {
  const std::size_t samples = output.size() / turning.mics;
  std::vector<double> position(turning.step);
  std::vector<float> amplitude(turning.step);
  std::vector<float> heard(turning.step);
  for (std::size_t mic = 0; mic < turning.mics; ++mic) {
    for (std::size_t node = 0; node * turning.step < samples; ++node) {
      const std::size_t first = node * turning.step;
      const std::size_t length = std::min(turning.step, samples - first);
      std::fill(heard.begin(), heard.end(), 0.0F);
      for (const RelativeImage& image : images) {
        const Eigen::Vector3d centre_to_image(image.x_m, image.y_m, image.z_m);
        const Eigen::Vector3d from = centre_to_image - turning.offset_m[node * turning.mics + mic];
        const Eigen::Vector3d to =
            centre_to_image - turning.offset_m[(node + 1) * turning.mics + mic];
        distances_over_step(from.data(), to.data(), turning.step, samples_per_m, image.gain,
                            static_cast<double>(first), position.data(), amplitude.data());
        interpolator.accumulate(source, std::span(position).first(length),
                                std::span(amplitude).first(length), std::span(heard).first(length));
      }
      for (std::size_t i = 0; i < length; ++i) output[(first + i) * turning.mics + mic] += heard[i];
    }
  }
}

void for_each_band(
    const Shoebox& room, std::span<const RelativeImage> images, std::span<const float> signal,
    double sample_rate_hz,
    const std::function<void(std::span<const RelativeImage>, std::span<const float>)>& render) {
  if (!room.banded()) return render(images, signal);
  const std::vector<std::vector<float>> parts = split_into_bands(signal, sample_rate_hz);
  std::vector<RelativeImage> in_band(images.begin(), images.end());
  for (std::size_t band = 0; band < kBands; ++band) {
    for (RelativeImage& image : in_band) {
      const double distance = Eigen::Vector3d(image.x_m, image.y_m, image.z_m).norm();
      image.gain = static_cast<float>(band_gain(room, band, image.index, distance));
    }
    render(in_band, parts[band]);
  }
}

}  // namespace room
