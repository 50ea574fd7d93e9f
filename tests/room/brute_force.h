/// Reference for the renderer: the sum over every image at every sample, in double.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <vector>

#include "core/units.h"
#include "room/image_source.h"
#include "room/renderer.h"
#include "room/source_course.h"

namespace room {

/// Value of a signal between samples by 128 taps of a Hann-windowed sinc centered on the position.
inline double interpolate_exactly(std::span<const float> signal, double position) {
  constexpr int kHalf = 64;
  const double whole = std::floor(position);
  const double fraction = position - whole;
  const double sine = std::sin(std::numbers::pi * fraction) / std::numbers::pi;
  // cos(pi (k - fraction) / kHalf) for successive k by its recurrence: exact to 1e-14 over 128
  // steps.
  const double turn = std::numbers::pi / kHalf;
  double before = std::cos(turn * (-kHalf - fraction));
  double cosine = std::cos(turn * (-kHalf + 1 - fraction));
  double sum = 0.0;
  for (int k = -kHalf + 1; k <= kHalf; ++k) {
    const double n = whole + k;
    const double distance = k - fraction;
    if (n >= 0.0 && n < static_cast<double>(signal.size())) {
      const double sinc = std::abs(distance) < 1e-9 ? 1.0 : (k % 2 == 0 ? -sine : sine) / distance;
      sum += (0.5 + 0.5 * cosine) * sinc * signal[static_cast<std::size_t>(n)];
    }
    const double next = 2.0 * std::cos(turn) * cosine - before;
    before = cosine;
    cosine = next;
  }
  return sum;
}

/// One microphone's signal at samples first, first + 1, ...: sum over all images of the room, in a
/// room with octave bands over all bands.
inline std::vector<double> brute_force(const Scene& scene, std::span<const float> source,
                                       std::size_t microphone, std::size_t first,
                                       std::size_t length) {
  const std::vector<Image> images = image_sources(scene.room, scene.source_m, scene.array_center_m);
  const double samples_per_m = scene.sample_rate_hz / core::kSpeedOfSound;
  std::vector<std::vector<float>> parts{{source.begin(), source.end()}};
  if (scene.room.banded()) parts = split_into_bands(source, scene.sample_rate_hz);
  const SourceCourse course{scene.source_m - scene.array_center_m, scene.source_turn_rad_s};
  std::vector<double> heard(length, 0.0);
  for (std::size_t i = 0; i < length; ++i) {
    const double sample = static_cast<double>(first + i);
    const Eigen::Quaterniond q_world_sensor = scene.orientation.at(sample / scene.sample_rate_hz);
    const Eigen::Vector3d place =
        scene.array_center_m + q_world_sensor * scene.geometry.position_m[microphone];
    const Eigen::Vector3d moved = course.at(sample / scene.sample_rate_hz) - course.start_m;
    for (const Image& image : images) {
      const Eigen::Vector3d image_m = image.position_m + image_shift_m(image.index, moved);
      const double distance = (image_m - place).norm();
      const double position = sample - distance * samples_per_m;
      for (std::size_t band = 0; band < parts.size(); ++band) {
        const double gain = scene.room.banded() ? band_gain(scene.room, band, image.index,
                                                            (image_m - scene.array_center_m).norm())
                                                : image.gain;
        heard[i] += gain / distance * interpolate_exactly(parts[band], position);
      }
    }
  }
  return heard;
}

}  // namespace room
