#include "room/image_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/errors.h"

namespace room {
namespace {

void check_inside(const Shoebox& room, const Eigen::Vector3d& point_m, const char* what) {
  if (!room.contains(point_m)) {
    throw core::InputError(fmt::format(
        "{}: expected a place inside the room of {} x {} x {} m, found ({}, {}, {})", what,
        room.size_m.x(), room.size_m.y(), room.size_m.z(), point_m.x(), point_m.y(), point_m.z()));
  }
}

/// Images within reach of the centre, in lattice order.
std::vector<Image> images_within(const Shoebox& room, const Eigen::Vector3d& source_m,
                                 const Eigen::Vector3d& centre_m, double reach_m) {
  std::vector<AxisImage> axis[3];
  for (int i = 0; i < 3; ++i) {
    axis[i] = axis_images(room.size_m[i], source_m[i], room.reflection[2 * i],
                          room.reflection[2 * i + 1], centre_m[i], reach_m);
  }
  std::vector<Image> images;
  for (const AxisImage& x : axis[0]) {
    for (const AxisImage& y : axis[1]) {
      for (const AxisImage& z : axis[2]) {
        const Eigen::Vector3d position(x.coordinate_m, y.coordinate_m, z.coordinate_m);
        const double gain = x.gain * y.gain * z.gain;
        const int order = x.order + y.order + z.order;
        const bool near = (position - centre_m).squaredNorm() <= reach_m * reach_m;
        const bool allowed = room.max_order < 0 || order <= room.max_order;
        if (order > 0 && near && allowed && gain != 0.0) images.push_back({position, gain, order});
      }
    }
  }
  return images;
}

/// Adds one image to a response: a Hann-windowed sinc at a real-valued sample.
void add_image(std::span<double> response, double sample, double amplitude,
               std::size_t filter_length) {
  const std::ptrdiff_t half = static_cast<std::ptrdiff_t>(filter_length / 2);
  const double whole = std::floor(sample);
  const double fraction = sample - whole;
  const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(whole) - half;
  // sin(pi (k - half - fraction)) only changes its sign from tap to tap.
  const double sine = std::sin(std::numbers::pi * fraction);
  for (std::ptrdiff_t k = 0; k < static_cast<std::ptrdiff_t>(filter_length); ++k) {
    const std::ptrdiff_t n = first + k;
    if (n < 0 || n >= static_cast<std::ptrdiff_t>(response.size())) continue;
    const double distance = static_cast<double>(k - half) - fraction;
    const double sign = (k - half) % 2 == 0 ? -1.0 : 1.0;
    const double interpolation =
        std::abs(distance) < 1e-9 ? 1.0 : sign * sine / (std::numbers::pi * distance);
    const double phase =
        2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(filter_length - 1);
    response[n] += amplitude * (0.5 - 0.5 * std::cos(phase)) * interpolation;
  }
}

}  // namespace

std::vector<AxisImage> axis_images(double size_m, double source_m, double low, double high,
                                   double centre_m, double reach_m) {
  std::vector<AxisImage> images;
  const int periods = static_cast<int>(std::ceil((reach_m + size_m) / (2.0 * size_m))) + 1;
  for (int n = -periods; n <= periods; ++n) {
    for (const int mirrored : {0, 1}) {
      // Coordinate 2 n L + s is reached after |n| hits on either wall; 2 n L - s after one hit
      // fewer on the high wall (n > 0) or one more on the low wall (n <= 0).
      const double coordinate = 2.0 * n * size_m + (mirrored != 0 ? -source_m : source_m);
      if (std::abs(coordinate - centre_m) > reach_m) continue;
      const int low_hits = std::abs(n - mirrored);
      const int high_hits = std::abs(n);
      images.push_back(
          {coordinate, std::pow(low, low_hits) * std::pow(high, high_hits), low_hits + high_hits});
    }
  }
  std::sort(images.begin(), images.end(),
            [](const AxisImage& a, const AxisImage& b) { return a.coordinate_m < b.coordinate_m; });
  return images;
}

std::vector<Image> image_sources(const Shoebox& room, const Eigen::Vector3d& source_m,
                                 const Eigen::Vector3d& centre_m) {
  check_inside(room, source_m, "source");
  check_inside(room, centre_m, "array centre");
  std::vector<Image> images;
  if (!room.anechoic()) images = images_within(room, source_m, centre_m, room.max_distance_m);
  std::stable_sort(images.begin(), images.end(), [&](const Image& a, const Image& b) {
    return (a.position_m - centre_m).squaredNorm() < (b.position_m - centre_m).squaredNorm();
  });
  images.insert(images.begin(), {source_m, 1.0, 0});
  return images;
}

ImpulseResponses static_impulse_responses(const Shoebox& room, const Eigen::Vector3d& source_m,
                                          std::span<const Eigen::Vector3d> microphone_m,
                                          const ImpulseResponseOptions& options) {
  if (options.filter_length % 2 == 0 || options.filter_length < 3) {
    throw core::UsageError(fmt::format(
        "impulse response: expected an odd filter length >= 3, found {}", options.filter_length));
  }
  check_inside(room, source_m, "source");
  const double rate_per_m = options.sample_rate_hz / options.speed_of_sound;
  ImpulseResponses responses;
  responses.mics = microphone_m.size();
  responses.lead_samples = options.filter_length / 2;
  double reach_m = room.anechoic() ? 0.0 : room.max_distance_m;
  for (const Eigen::Vector3d& microphone : microphone_m) {
    check_inside(room, microphone, "microphone");
    if (microphone == source_m) {
      throw core::InputError("microphone: at the same place as the source");
    }
    reach_m = std::max(reach_m, (microphone - source_m).norm());
  }
  if (options.duration_s > 0.0) reach_m = options.duration_s * options.speed_of_sound;
  responses.samples =
      static_cast<std::size_t>(std::ceil(reach_m * rate_per_m)) + options.filter_length;
  responses.value.assign(responses.mics * responses.samples, 0.0);

  // A little beyond the end: the rising half of the filter of an image that arrives just after it.
  const double margin_m = static_cast<double>(options.filter_length) / rate_per_m;
  for (std::size_t mic = 0; mic < responses.mics; ++mic) {
    std::vector<Image> images;
    if (!room.anechoic()) {
      images = images_within(room, source_m, microphone_m[mic], reach_m + margin_m);
    }
    images.push_back({source_m, 1.0, 0});
    const std::span<double> response(responses.value.data() + mic * responses.samples,
                                     responses.samples);
    for (const Image& image : images) {
      const double distance = (image.position_m - microphone_m[mic]).norm();
      add_image(response, distance * rate_per_m + static_cast<double>(responses.lead_samples),
                image.gain / distance, options.filter_length);
    }
  }
  return responses;
}

}  // namespace room
