#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "core/errors.h"
#include "core/random.h"
#include "room/bands.h"
#include "room/image_source.h"

namespace room {

TEST_CASE("the bands' shares sum to one everywhere and peak at their centers", "[bands]") {
  for (double hz = 0.0; hz < 24000.0; hz = hz * 1.03 + 5.0) {
    double sum = 0.0;
    for (std::size_t band = 0; band < kBands; ++band) sum += band_share(band, hz);
    CHECK(sum == Approx(1.0));
  }
  for (std::size_t band = 0; band < kBands; ++band) {
    CHECK(band_share(band, band_center_hz(band)) == Approx(1.0));
    CHECK(band_share(band, -band_center_hz(band)) == Approx(1.0));
  }
  CHECK(band_center_hz(3) == 1000.0);
}

TEST_CASE("a signal is the sum of its bands, and a tone is in its band", "[bands]") {
  core::RandomStream random(11, core::Purpose::kTest);
  std::vector<float> signal(3000);
  for (float& value : signal) value = static_cast<float>(random.normal());
  const std::vector<std::vector<float>> parts = split_into_bands(signal, 16000.0);
  for (std::size_t n = 0; n < signal.size(); ++n) {
    double sum = 0.0;
    for (const std::vector<float>& part : parts) sum += part[n];
    CHECK(sum == Approx(signal[n]).margin(1e-5));
  }
  for (std::size_t n = 0; n < signal.size(); ++n) {
    const double envelope = std::exp(-std::pow((static_cast<double>(n) - 1500.0) / 300.0, 2.0));
    signal[n] = static_cast<float>(
        envelope * std::sin(2.0 * std::numbers::pi * 1000.0 * static_cast<double>(n) / 16000.0));
  }
  const std::vector<std::vector<float>> tone = split_into_bands(signal, 16000.0);
  // The envelope makes the tone 30 Hz wide: 0.04 octaves, whose share of the neighbors is under
  // 0.5 %.
  for (std::size_t n = 0; n < signal.size(); ++n)
    CHECK(tone[3][n] == Approx(signal[n]).margin(0.005));
  CHECK(split_into_bands({}, 16000.0).size() == kBands);
}

TEST_CASE("the absorption of air agrees with the tables of ISO 9613", "[bands]") {
  // dB/km at 125, 250, ..., 8000 Hz; ISO 9613-2, table 2.
  const double warm[] = {0.3, 1.1, 2.8, 5.0, 9.0, 22.9, 76.6};
  const double cool[] = {0.4, 1.0, 1.9, 3.7, 9.7, 32.8, 117.0};
  const BandValues at_20_70 = air_attenuation_per_m(20.0, 70.0);
  const BandValues at_10_70 = air_attenuation_per_m(10.0, 70.0);
  for (std::size_t band = 0; band < kBands; ++band) {
    const double to_db_per_km = 1000.0 * 20.0 / std::numbers::ln10;
    CHECK(at_20_70[band] * to_db_per_km == Approx(warm[band]).epsilon(0.02).margin(0.05));
    CHECK(at_10_70[band] * to_db_per_km == Approx(cool[band]).epsilon(0.02).margin(0.05));
  }
  CHECK_THROWS_AS(air_attenuation_per_m(80.0, 50.0), core::UsageError);
  CHECK_THROWS_AS(air_attenuation_per_m(20.0, 0.0), core::UsageError);
}

TEST_CASE("equal bands give the response of a room without bands", "[bands]") {
  const Eigen::Vector3d size(3.0, 4.0, 2.5);
  const Shoebox plain = shoebox_from_absorption(size, {0.5, 0.5, 0.4, 0.4, 0.6, 0.3});
  std::array<Walls, kBands> absorption;
  absorption.fill({0.5, 0.5, 0.4, 0.4, 0.6, 0.3});
  const Shoebox banded = shoebox_from_band_absorption(size, absorption);
  CHECK(banded.max_distance_m == Approx(plain.max_distance_m));
  const Eigen::Vector3d source(1.0, 1.0, 1.0);
  const Eigen::Vector3d microphone(2.0, 3.0, 1.2);
  const ImpulseResponses a = static_impulse_responses(plain, source, {&microphone, 1});
  const ImpulseResponses b = static_impulse_responses(banded, source, {&microphone, 1});
  REQUIRE(a.value.size() == b.value.size());
  for (std::size_t n = 0; n < a.value.size(); ++n)
    CHECK(b.value[n] == Approx(a.value[n]).margin(1e-6));
}

TEST_CASE(
    "jitter moves every image except the source, within its bound, and in the same way each time",
    "[bands]") {
  Shoebox room = shoebox_from_t60({4.0, 4.0, 4.0}, 0.15);
  const Eigen::Vector3d source(1.0, 1.5, 1.2);
  const Eigen::Vector3d center(2.0, 2.0, 2.0);
  const std::vector<Image> regular = image_sources(room, source, center);
  room.jitter_m = 0.05;
  const std::vector<Image> moved = image_sources(room, source, center);
  REQUIRE(moved.size() == regular.size());
  double square = 0.0;
  for (std::size_t i = 0; i < moved.size(); ++i) {
    const Eigen::Vector3d step = moved[i].position_m - regular[i].position_m;
    CHECK(step.cwiseAbs().maxCoeff() <= 0.05);
    square += step.squaredNorm() / 3.0;
    CHECK((step.norm() == 0.0) == (moved[i].order() == 0));
  }
  // Uniform over +-0.05: standard deviation 0.05 / sqrt(3).
  CHECK(std::sqrt(square / static_cast<double>(moved.size())) ==
        Approx(0.05 / std::sqrt(3.0)).epsilon(0.03));
  CHECK(image_sources(room, source, center)[7].position_m == moved[7].position_m);
  room.jitter_seed = 1;
  CHECK(image_sources(room, source, center)[7].position_m != moved[7].position_m);
}

TEST_CASE("invalid rooms are refused", "[bands]") {
  Shoebox room = shoebox_from_t60({4.0, 4.0, 4.0}, 0.15);
  room.air_per_m = {0.1};
  CHECK_THROWS_AS(room.check(), core::UsageError);
  room.air_per_m.clear();
  room.jitter_m = -1.0;
  CHECK_THROWS_AS(room.check(), core::UsageError);
  room.jitter_m = 0.0;
  room.reflection[2] = 1.5;
  CHECK_THROWS_AS(room.check(), core::UsageError);
  CHECK_THROWS_AS(axis_images(0.1, 0.05, 0.9, 0.9, 0.05, 1e5), core::InputError);
}

}  // namespace room
