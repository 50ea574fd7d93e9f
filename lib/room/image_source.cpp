#include "room/image_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/errors.h"
#include "core/random.h"

namespace room {
namespace {

void check_inside(const Shoebox& room, const Eigen::Vector3d& point_m, const char* what) {
  if (!room.contains(point_m)) {
    throw core::InputError(fmt::format(
        "{}: expected a place inside the room of {} x {} x {} m, found ({}, {}, {})", what,
        room.size_m.x(), room.size_m.y(), room.size_m.z(), point_m.x(), point_m.y(), point_m.z()));
  }
}

/// Images within reach of the center, in lattice order.
std::vector<Image> images_within(const Shoebox& room, const Eigen::Vector3d& source_m,
                                 const Eigen::Vector3d& center_m, double reach_m) {
  std::vector<AxisImage> axis[3];
  for (int i = 0; i < 3; ++i) {
    axis[i] = axis_images(room.size_m[i], source_m[i], room.reflection[2 * i],
                          room.reflection[2 * i + 1], center_m[i], reach_m);
  }
  std::vector<Image> images;
  for (const AxisImage& x : axis[0]) {
    for (const AxisImage& y : axis[1]) {
      for (const AxisImage& z : axis[2]) {
        const Eigen::Vector3d position(x.coordinate_m, y.coordinate_m, z.coordinate_m);
        const Image image{position, x.gain * y.gain * z.gain, {x.index, y.index, z.index}};
        const bool near = (position - center_m).squaredNorm() <= reach_m * reach_m;
        const bool allowed = !room.max_order || image.order() <= *room.max_order;
        if (image.order() > 0 && near && allowed && image.gain != 0.0) images.push_back(image);
      }
    }
  }
  return images;
}

/// Numbers of reflections at the low and at the high wall of an axis.
std::pair<int, int> wall_hits(int index) {
  // index     coordinate   hits at the low wall   hits at the high wall
  // 2 n       2 n L + s    |n|                    |n|
  // 2 n - 1   2 n L - s    |n - 1|                |n|
  const int n = index % 2 == 0 ? index / 2 : (index + 1) / 2;
  return {index % 2 == 0 ? std::abs(n) : std::abs(n - 1), std::abs(n)};
}

double axis_gain(double low, double high, int index) {
  const auto [low_hits, high_hits] = wall_hits(index);
  return std::pow(low, low_hits) * std::pow(high, high_hits);
}

/// Hann window with zeros at both ends. Its signs alternate, and the sign in the middle is
/// positive.
std::vector<double> alternating_hann(std::size_t length) {
  std::vector<double> window(length);
  for (std::size_t k = 0; k < length; ++k) {
    const double phase =
        2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(length - 1);
    const bool positive = (k % 2) == (length / 2 % 2);
    window[k] = (positive ? 1.0 : -1.0) * (0.5 - 0.5 * std::cos(phase));
  }
  return window;
}

/// Adds one image to a response: a windowed sinc at a real-valued sample.
void add_image(std::span<double> response, double sample, double amplitude,
               std::span<const double> window) {
  const std::ptrdiff_t half = static_cast<std::ptrdiff_t>(window.size() / 2);
  const double whole = std::floor(sample);
  const double fraction = sample - whole;
  const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(whole) - half;
  const std::ptrdiff_t from = std::max<std::ptrdiff_t>(0, -first);
  const std::ptrdiff_t to =
      std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(window.size()),
                               static_cast<std::ptrdiff_t>(response.size()) - first);
  if (fraction < 1e-9) {
    if (from <= half && half < to) response[first + half] += amplitude;
    return;
  }
  // sin(pi (j - fraction)) = -(-1)^j sin(pi fraction): an image needs only one sine, and the window
  // holds the signs.
  const double scale = -amplitude * std::sin(std::numbers::pi * fraction) / std::numbers::pi;
  for (std::ptrdiff_t k = from; k < to; ++k) {
    response[first + k] += scale * window[k] / (static_cast<double>(k - half) - fraction);
  }
}

}  // namespace

int image_order(const ImageIndex& index) {
  return std::abs(index[0]) + std::abs(index[1]) + std::abs(index[2]);
}

Eigen::Vector3d image_shift_m(const ImageIndex& index, const Eigen::Vector3d& shift_m) {
  Eigen::Vector3d mirrored = shift_m;
  for (Eigen::Index i = 0; i < 3; ++i) {
    if (index[static_cast<std::size_t>(i)] % 2 != 0) mirrored[i] = -mirrored[i];
  }
  return mirrored;
}

double image_gain(const Walls& reflection, const ImageIndex& index) {
  double gain = 1.0;
  for (std::size_t i = 0; i < 3; ++i) {
    gain *= axis_gain(reflection[2 * i], reflection[2 * i + 1], index[i]);
  }
  return gain;
}

Eigen::Vector3d image_jitter_m(const Shoebox& room, const ImageIndex& index) {
  if (room.jitter_m == 0.0 || image_order(index) == 0) return Eigen::Vector3d::Zero();
  const auto bits = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<std::uint16_t>(index[i]));
  };
  core::RandomStream random(room.jitter_seed, core::Purpose::kImageJitter, bits(0) << 16 | bits(1),
                            bits(2));
  const double x = random.uniform(-room.jitter_m, room.jitter_m);
  const double y = random.uniform(-room.jitter_m, room.jitter_m);
  const double z = random.uniform(-room.jitter_m, room.jitter_m);
  return {x, y, z};
}

std::vector<AxisImage> axis_images(double size_m, double source_m, double low, double high,
                                   double center_m, double reach_m) {
  constexpr int kMaxPeriods = 15000;
  const double needed = std::ceil((reach_m + size_m) / (2.0 * size_m)) + 1.0;
  if (!(needed <= kMaxPeriods)) {
    throw core::InputError(fmt::format(
        "room: an edge of {} m is too short for images up to {} m away: they need more than {} "
        "reflections",
        size_m, reach_m, 2 * kMaxPeriods));
  }
  const int periods = static_cast<int>(needed);
  std::vector<AxisImage> images;
  for (int n = -periods; n <= periods; ++n) {
    for (const bool mirrored : {true, false}) {
      const int index = mirrored ? 2 * n - 1 : 2 * n;
      const double coordinate = 2.0 * n * size_m + (mirrored ? -source_m : source_m);
      if (std::abs(coordinate - center_m) > reach_m) continue;
      images.push_back({coordinate, axis_gain(low, high, index), static_cast<std::int16_t>(index)});
    }
  }
  return images;
}

std::vector<Image> image_sources(const Shoebox& room, const Eigen::Vector3d& source_m,
                                 const Eigen::Vector3d& center_m) {
  room.check();
  check_inside(room, source_m, "source");
  check_inside(room, center_m, "array center");
  std::vector<Image> images;
  if (!room.anechoic()) images = images_within(room, source_m, center_m, room.max_distance_m);
  std::stable_sort(images.begin(), images.end(), [&](const Image& a, const Image& b) {
    return (a.position_m - center_m).squaredNorm() < (b.position_m - center_m).squaredNorm();
  });
  for (Image& image : images) image.position_m += image_jitter_m(room, image.index);
  images.insert(images.begin(), {source_m, 1.0, {0, 0, 0}});
  return images;
}

namespace {

/// Checks the places and the options. @return  distance up to which the responses have images
double response_reach_m(const Shoebox& room, const Eigen::Vector3d& source_m,
                        std::span<const Eigen::Vector3d> microphone_m,
                        const ImpulseResponseOptions& options) {
  if (options.filter_length % 2 == 0 || options.filter_length < 3) {
    throw core::UsageError(fmt::format(
        "impulse response: expected an odd filter length >= 3, found {}", options.filter_length));
  }
  room.check();
  check_inside(room, source_m, "source");
  double reach_m = room.anechoic() ? 0.0 : room.max_distance_m;
  for (const Eigen::Vector3d& microphone : microphone_m) {
    check_inside(room, microphone, "microphone");
    if (microphone == source_m) {
      throw core::InputError("microphone: at the same place as the source");
    }
    reach_m = std::max(reach_m, (microphone - source_m).norm());
  }
  return options.duration_s > 0.0 ? options.duration_s * options.speed_of_sound : reach_m;
}

/// Adds all images to one microphone's response with their gains in one band.
void add_images(const Shoebox& room, std::span<const Image> images, std::size_t band,
                const Eigen::Vector3d& microphone_m, double rate_per_m,
                std::span<const double> window, std::span<double> response) {
  const double lead = static_cast<double>(window.size() / 2);
  for (const Image& image : images) {
    const double distance = (image.position_m - microphone_m).norm();
    const double gain = room.banded() ? band_gain(room, band, image.index, distance) : image.gain;
    add_image(response, distance * rate_per_m + lead, gain / distance, window);
  }
}

}  // namespace

double band_gain(const Shoebox& room, std::size_t band, const ImageIndex& index,
                 double distance_m) {
  const double air = room.air_per_m.empty() ? 1.0 : std::exp(-room.air_per_m[band] * distance_m);
  return image_gain(room.reflection_in(band), index) * air;
}

ImpulseResponses static_impulse_responses(const Shoebox& room, const Eigen::Vector3d& source_m,
                                          std::span<const Eigen::Vector3d> microphone_m,
                                          const ImpulseResponseOptions& options) {
  const double reach_m = response_reach_m(room, source_m, microphone_m, options);
  const double rate_per_m = options.sample_rate_hz / options.speed_of_sound;
  ImpulseResponses responses;
  responses.microphones = microphone_m.size();
  responses.lead_samples = options.filter_length / 2;
  responses.samples =
      static_cast<std::size_t>(std::ceil(reach_m * rate_per_m)) + options.filter_length;
  responses.value.assign(responses.microphones * responses.samples, 0.0);
  const std::vector<double> window = alternating_hann(options.filter_length);
  // An image that arrives just after the end still contributes the rising half of its filter.
  const double margin_m = static_cast<double>(options.filter_length) / rate_per_m;
  for (std::size_t microphone = 0; microphone < responses.microphones; ++microphone) {
    std::vector<Image> images;
    if (!room.anechoic())
      images = images_within(room, source_m, microphone_m[microphone], reach_m + margin_m);
    for (Image& image : images) image.position_m += image_jitter_m(room, image.index);
    images.push_back({source_m, 1.0, {0, 0, 0}});
    const std::span<double> response(responses.value.data() + microphone * responses.samples,
                                     responses.samples);
    for (std::size_t band = 0; band < (room.banded() ? kBands : 1); ++band) {
      std::vector<double> part(responses.samples, 0.0);
      add_images(room, images, band, microphone_m[microphone], rate_per_m, window, part);
      if (room.banded()) part = band_part(part, options.sample_rate_hz, band);
      for (std::size_t n = 0; n < part.size(); ++n) response[n] += part[n];
    }
  }
  return responses;
}

}  // namespace room
