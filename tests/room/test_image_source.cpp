#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <numbers>
#include <numeric>

#include "core/errors.h"
#include "room/image_source.h"
#include "room/image_sweep.h"

namespace room {
namespace {

/// A two-dimensional little-endian float64 array in C order, as NumPy saves it.
std::vector<double> read_npy(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string head(10, '\0');
  file.read(head.data(), 10);
  std::string description(
      static_cast<unsigned char>(head[8]) + 256U * static_cast<unsigned char>(head[9]), '\0');
  file.read(description.data(), static_cast<std::streamsize>(description.size()));
  REQUIRE(description.find("'<f8', 'fortran_order': False") != std::string::npos);
  std::vector<double> values;
  for (double value = 0.0; file.read(reinterpret_cast<char*>(&value), sizeof(value));)
    values.push_back(value);
  return values;
}

/// The mirror image of a point in one wall, by reflecting it.
Eigen::Vector3d mirrored(Eigen::Vector3d point, const Eigen::Vector3d& size_m, int wall) {
  point[wall / 2] = wall % 2 == 0 ? -point[wall / 2] : 2.0 * size_m[wall / 2] - point[wall / 2];
  return point;
}

}  // namespace

TEST_CASE("the images are those of repeated mirroring in the walls", "[image]") {
  Shoebox room;
  room.size_m = {3.0, 4.0, 5.0};
  room.reflection = {0.9, 0.8, 0.7, 0.6, 0.5, 0.4};
  room.max_distance_m = 100.0;
  room.max_order = 3;
  const Eigen::Vector3d source(1.0, 1.5, 2.2);
  const Eigen::Vector3d center(1.6, 2.1, 2.0);
  // Mirror repeatedly. Paths that end at the same place are one image: they have the same walls in
  // another order.
  std::map<std::array<long, 3>, double> expected;
  const auto key = [](const Eigen::Vector3d& p) {
    return std::array<long, 3>{std::lround(p.x() * 1e6), std::lround(p.y() * 1e6),
                               std::lround(p.z() * 1e6)};
  };
  std::vector<std::pair<Eigen::Vector3d, double>> shell{{source, 1.0}};
  for (int order = 0; order <= 3; ++order) {
    std::vector<std::pair<Eigen::Vector3d, double>> next;
    for (const auto& [point, gain] : shell) {
      if (!expected.emplace(key(point), gain).second) continue;
      for (int wall = 0; wall < 6; ++wall) {
        next.emplace_back(mirrored(point, room.size_m, wall), gain * room.reflection[wall]);
      }
    }
    shell = std::move(next);
  }
  const std::vector<Image> found = image_sources(room, source, center);
  REQUIRE(found.size() == expected.size());
  double last = 0.0;
  for (const Image& image : found) {
    REQUIRE(expected.count(key(image.position_m)) == 1);
    CHECK(image.gain == Approx(expected.at(key(image.position_m))));
    if (image.order() > 0) CHECK((image.position_m - center).norm() >= last);
    if (image.order() > 0) last = (image.position_m - center).norm();
  }
}

namespace {

/// An image by Allen and Berkley's formula: arrival in samples and amplitude.
struct Arrival {
  double sample;
  double amplitude;
};

/// Images (1 - 2 q) s + 2 m L with gains of the walls low^|m - q| high^|m|, nearest first.
std::vector<Arrival> formula_images(const Shoebox& room, const Eigen::Vector3d& source,
                                    const Eigen::Vector3d& microphone, double reach_m) {
  struct Along {
    double coordinate, gain;
  };
  std::vector<Along> along[3];
  for (int i = 0; i < 3; ++i) {
    for (int m = -8; m <= 8; ++m) {
      for (int q = 0; q <= 1; ++q) {
        along[i].push_back({(1 - 2 * q) * source[i] + 2.0 * m * room.size_m[i],
                            std::pow(room.reflection[2 * i], std::abs(m - q)) *
                                std::pow(room.reflection[2 * i + 1], std::abs(m))});
      }
    }
  }
  std::vector<Arrival> images;
  for (const Along& x : along[0]) {
    for (const Along& y : along[1]) {
      for (const Along& z : along[2]) {
        const Eigen::Vector3d place(x.coordinate, y.coordinate, z.coordinate);
        const double distance = (place - microphone).norm();
        if (distance > reach_m) continue;
        images.push_back(
            {distance / core::kSpeedOfSound * 16000.0, x.gain * y.gain * z.gain / distance});
      }
    }
  }
  std::sort(images.begin(), images.end(),
            [](const Arrival& a, const Arrival& b) { return a.sample < b.sample; });
  return images;
}

/// An impulse at a real-valued sample: sinc under a Hann window of 81 samples that stands on the
/// grid. Emission is at sample 40.
std::vector<double> pulse(double sample, std::size_t length) {
  std::vector<double> taps(length, 0.0);
  const double whole = std::floor(sample);
  for (int k = 0; k <= 80; ++k) {
    const double n = whole + k;
    if (n < 0.0 || n >= static_cast<double>(length)) continue;
    const double x = std::numbers::pi * (k - 40.0 - (sample - whole));
    taps[static_cast<std::size_t>(n)] = (0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * k / 80.0)) *
                                        (std::abs(x) < 1e-12 ? 1.0 : std::sin(x) / x);
  }
  return taps;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

}  // namespace

TEST_CASE(
    "each of the first 200 images has the formula's time within 1 us and its level within 0.1 %",
    "[image]") {
  Shoebox room;
  room.size_m = {4.1, 3.6, 2.9};
  room.reflection = {0.9, 0.8, 0.75, 0.85, 0.6, 0.95};
  room.max_distance_m = 14.0;
  const Eigen::Vector3d source(1.0, 1.5, 2.2);
  const Eigen::Vector3d microphone(2.7, 2.1, 1.3);
  const ImpulseResponses found =
      static_impulse_responses(room, source, std::span(&microphone, 1), {.duration_s = 0.045});
  const std::vector<Arrival> images = formula_images(room, source, microphone, 18.0);
  REQUIRE(images[199].sample < 0.04 * 16000.0);
  std::vector<double> rest = found.value;
  for (const Arrival& image : images) {
    const std::vector<double> p = pulse(image.sample, rest.size());
    for (std::size_t n = 0; n < rest.size(); ++n) rest[n] -= image.amplitude * p[n];
  }
  double worst_s = 0.0;
  double worst_gain = 0.0;
  for (std::size_t i = 0; i < 200; ++i) {
    // The remainder without all other images, as an amplitude and a shift of this image's pulse.
    const std::vector<double> p = pulse(images[i].sample, rest.size());
    std::vector<double> slope = pulse(images[i].sample + 1e-5, rest.size());
    for (std::size_t n = 0; n < rest.size(); ++n) slope[n] = (slope[n] - p[n]) / 1e-5;
    const double pp = dot(p, p), ps = dot(p, slope), ss = dot(slope, slope);
    const double rp = dot(rest, p), rs = dot(rest, slope);
    const double determinant = pp * ss - ps * ps;
    const double gain = (rp * ss - rs * ps) / determinant / images[i].amplitude;
    const double shift = (rs * pp - rp * ps) / determinant / images[i].amplitude;
    worst_gain = std::max(worst_gain, std::abs(gain));
    worst_s = std::max(worst_s, std::abs(shift) / 16000.0);
  }
  CHECK(worst_s < 1e-6);
  CHECK(worst_gain < 1e-3);
}

TEST_CASE("a sweep returns the same images, each once, shell by shell", "[image]") {
  Shoebox room = shoebox_from_t60({3.0, 4.0, 5.0}, 0.2);
  const Eigen::Vector3d source(1.0, 1.5, 2.2);
  const Eigen::Vector3d center(1.6, 2.1, 2.0);
  ImageSweep sweep(room, source, center, room.max_distance_m);
  std::vector<RelativeImage> found;
  double gain = 0.0;
  for (double radius = 5.0;; radius += 7.0) {
    const std::size_t before = found.size();
    sweep.advance(std::min(radius, room.max_distance_m), found);
    for (std::size_t i = before; i < found.size(); ++i) {
      const double distance = Eigen::Vector3d(found[i].x_m, found[i].y_m, found[i].z_m).norm();
      CHECK((distance <= radius && (radius == 5.0 || distance > radius - 7.0)));
      gain += found[i].gain;
    }
    if (radius >= room.max_distance_m) break;
  }
  const std::vector<Image> expected = image_sources(room, source, center);
  double expected_gain = 0.0;
  for (const Image& image : expected) expected_gain += image.gain;
  CHECK(found.size() == expected.size());
  CHECK(gain == Approx(expected_gain));
}

TEST_CASE("the response of the first 231 images is their analytic sum", "[image]") {
  Shoebox room;
  room.size_m = {5.3, 4.1, 3.2};
  room.reflection = {0.9, 0.8, 0.95, 0.7, 0.85, 0.75};
  room.max_distance_m = 100.0;
  room.max_order = 5;  // 1 + 6 + 18 + 38 + 66 + 102 images
  const Eigen::Vector3d source(1.1, 2.3, 1.7);
  const Eigen::Vector3d microphone(3.3, 1.2, 1.5);
  const std::vector<Image> images = image_sources(room, source, microphone);
  REQUIRE(images.size() == 231);
  const ImpulseResponses response =
      static_impulse_responses(room, source, {&microphone, 1}, {.filter_length = 255});
  for (double frequency_hz = 100.0; frequency_hz < 6500.0; frequency_hz += 173.0) {
    const double omega = 2.0 * std::numbers::pi * frequency_hz;
    std::complex<double> found = 0.0;
    for (std::size_t n = 0; n < response.samples; ++n) {
      const double sample = static_cast<double>(n) - static_cast<double>(response.lead_samples);
      found += response.value[n] * std::polar(1.0, -omega * sample / 16000.0);
    }
    std::complex<double> expected = 0.0;
    double energy = 0.0;
    for (const Image& image : images) {
      const double distance = (image.position_m - microphone).norm();
      expected += std::polar(image.gain / distance, -omega * distance / core::kSpeedOfSound);
      energy += std::pow(image.gain / distance, 2.0);
    }
    // The Hann-windowed sinc of 81 taps is flat to 0.1 % up to 7.5 kHz; a delay wrong by 1 us would
    // show as 2.5 %.
    CHECK(std::abs(found - expected) < 3e-4 * std::sqrt(energy));
  }
}

TEST_CASE("responses agree with independent reference responses to -60 dB", "[image]") {
  const char* data = std::getenv("CSL_TEST_DATA");
  if (data == nullptr || !std::filesystem::exists(std::filesystem::path(data) / "rir_reference")) {
    WARN("skipped: CSL_TEST_DATA is not set to a folder with rir_reference");
    return;
  }
  const std::filesystem::path folder = std::filesystem::path(data) / "rir_reference";
  const nlohmann::json reference = nlohmann::json::parse(std::ifstream(folder / "ref.json"));
  const auto vector = [](const nlohmann::json& json) {
    return Eigen::Vector3d(json[0].get<double>(), json[1].get<double>(), json[2].get<double>());
  };
  for (const nlohmann::json& set : reference["sets"]) {
    Shoebox room;
    room.size_m = vector(set["room"]);
    room.reflection.fill(std::sqrt(1.0 - set["absorption"].get<double>()));
    if (set["max_order"] == 0) room.max_order = 0;
    std::vector<Eigen::Vector3d> microphones;
    for (int microphone = 0; microphone < 8; ++microphone) {
      microphones.emplace_back(set["mic_positions"][0][microphone],
                               set["mic_positions"][1][microphone],
                               set["mic_positions"][2][microphone]);
    }
    const std::size_t complete = set["complete_samples"];
    const std::size_t length = set["length"];
    const ImpulseResponses found =
        static_impulse_responses(room, vector(set["source"]), microphones,
                                 {.duration_s = static_cast<double>(complete) / 16000.0});
    REQUIRE(found.lead_samples == 40);
    const std::vector<double> expected =
        read_npy(folder / (set["name"].get<std::string>() + "_exact.npy"));
    REQUIRE(expected.size() == 8 * length);
    double error = 0.0;
    double energy = 0.0;
    for (std::size_t microphone = 0; microphone < 8; ++microphone) {
      for (std::size_t n = 0; n < complete; ++n) {
        const double value = n < found.samples ? found.value[microphone * found.samples + n] : 0.0;
        error += std::pow(value - expected[microphone * length + n], 2.0);
        energy += std::pow(expected[microphone * length + n], 2.0);
      }
    }
    CHECK(10.0 * std::log10(error / energy) < -60.0);
  }
}

TEST_CASE("positions outside the room are refused", "[image]") {
  const Shoebox room = shoebox_from_t60({4.0, 4.0, 4.0}, 0.3);
  const Eigen::Vector3d inside(1.0, 1.0, 1.0);
  const std::vector<Eigen::Vector3d> outside{{5.0, 1.0, 1.0}};
  CHECK_THROWS_AS(image_sources(room, outside[0], inside), core::InputError);
  CHECK_THROWS_AS(image_sources(room, inside, outside[0]), core::InputError);
  CHECK_THROWS_AS(static_impulse_responses(room, inside, outside), core::InputError);
  CHECK_THROWS_AS(static_impulse_responses(room, inside, {&inside, 1}), core::InputError);
  CHECK_THROWS_AS(image_sources(room, {NAN, 1.0, 1.0}, inside), core::InputError);
  CHECK_THROWS_AS(static_impulse_responses(room, inside, outside, {.filter_length = 80}),
                  core::UsageError);
}

}  // namespace room
