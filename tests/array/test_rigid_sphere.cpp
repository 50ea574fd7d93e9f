#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <numbers>

#include "array/rigid_sphere.h"
#include "core/errors.h"
#include "core/random.h"
#include "core/units.h"
#include "so3/rotation.h"

namespace array {
namespace {

constexpr std::complex<double> kI(0.0, 1.0);

/// Spectrum of one response at a frequency, [samples] at `rate`.
std::complex<double> spectrum_at(std::span<const float> ir, double frequency_hz, double rate) {
  std::complex<double> sum = 0.0;
  for (std::size_t n = 0; n < ir.size(); ++n) {
    const double turn = 2.0 * std::numbers::pi * frequency_hz * static_cast<double>(n) / rate;
    sum += static_cast<double>(ir[n]) * std::polar(1.0, -turn);
  }
  return sum;
}

/// What microphone m hears, over the free field at the sensor's origin.
std::complex<double> pressure(const Geometry& geometry, std::size_t m, double wave_number,
                              const Eigen::Vector3d& direction) {
  const RigidSphere& sphere = *geometry.sphere;
  const Eigen::Vector3d from_center = geometry.position_m[m] - sphere.center_m;
  return std::polar(1.0, wave_number * sphere.center_m.dot(direction)) *
         SphereScattering(wave_number, sphere.radius_m, from_center.norm())
             .pressure(from_center.normalized().dot(direction));
}

/// The same by interpolated responses, up to a delay common to all microphones.
std::complex<double> heard(const ResponseInterpolator& interpolator, const Eigen::Vector3d& d,
                           double frequency_hz, std::size_t m) {
  ResponseInterpolator::Value value;
  interpolator.at(d, value);
  const double omega = 2.0 * std::numbers::pi * frequency_hz / 16000.0;
  std::complex<double> sum = 0.0;
  for (std::size_t j = 0; j < interpolator.taps(); ++j) {
    const double sample = static_cast<double>(value.ir[m * interpolator.taps() + j]);
    sum += sample * std::polar(1.0, -omega * (value.onset[m] + static_cast<double>(j)));
  }
  return sum;
}

}  // namespace

TEST_CASE("a sphere far smaller than the wavelength adds half of the free field's delay",
          "[rigid_sphere]") {
  // Rayleigh's limit on the surface: p = 1 + 3/2 i ka cos(angle) + O((ka)^2).
  const double ka = 1e-3;
  for (const double cosine : {-1.0, -0.3, 0.0, 0.8, 1.0}) {
    const std::complex<double> p = SphereScattering(ka / 0.09, 0.09, 0.09).pressure(cosine);
    CHECK(std::abs(p - (1.0 + 1.5 * kI * ka * cosine)) < 2.0 * ka * ka);
  }
}

TEST_CASE(
    "a large sphere doubles the pressure in front of it and shadows the microphones behind it",
    "[rigid_sphere]") {
  const auto level = [](double ka, double cosine) {
    return std::abs(SphereScattering(ka / 0.09, 0.09, 0.09).pressure(cosine));
  };
  CHECK(level(60.0, 1.0) == Approx(2.0).epsilon(0.02));
  CHECK(level(15.0, -0.7) < 0.6);
  CHECK(level(60.0, -0.7) < 0.6 * level(15.0, -0.7));
  // The bright spot: paths round a sphere are equally long straight behind it.
  CHECK(level(15.0, -1.0) > 1.5 * level(15.0, -0.9));
}

TEST_CASE("nothing flows through the sphere's surface", "[rigid_sphere]") {
  // The radial derivative vanishes where the sphere is, and does not without it.
  const double k = 40.0;
  const double step_m = 1e-5;
  for (const double cosine : {-0.9, 0.1, 1.0}) {
    const std::complex<double> on = SphereScattering(k, 0.08, 0.08).pressure(cosine);
    const std::complex<double> above = SphereScattering(k, 0.08, 0.08 + step_m).pressure(cosine);
    CHECK(std::abs(above - on) / step_m < 0.02 * k);
    const double path_m = step_m * cosine;
    const std::complex<double> open = std::polar(1.0, k * path_m) - 1.0;
    if (std::abs(cosine) > 0.5) CHECK(std::abs(open) / step_m > 0.5 * k);
  }
}

TEST_CASE("far from a tiny sphere the field is the free field, at every order of the series",
          "[rigid_sphere]") {
  const double k = 400.0;
  for (const double cosine : {-1.0, 0.4, 1.0}) {
    const std::complex<double> p = SphereScattering(k, 0.001, 0.2).pressure(cosine);
    CHECK(std::abs(p - std::polar(1.0, k * 0.2 * cosine)) < 1e-3);
  }
}

TEST_CASE("the responses of a sphere are its series, with delays relative to the sensor's origin",
          "[rigid_sphere]") {
  Geometry geometry{"two", {{0.02, 0.01, 0.0}, {-0.06, 0.075, 0.01}}};
  geometry.sphere = RigidSphere{{-0.085, 0.0, 0.0}, 0.075};
  const Responses responses = rigid_sphere_responses(geometry, 400);
  REQUIRE(responses.receivers == 2);
  REQUIRE(responses.direction.size() * 2 * responses.samples == responses.ir.size());
  for (const std::size_t d : {0UL, 7UL, 250UL, 399UL}) {
    std::complex<double> value[2];
    std::complex<double> expected[2];
    for (std::size_t m = 0; m < 2; ++m) {
      const double frequency_hz = 93.75 * 30.0;
      const double k = 2.0 * std::numbers::pi * frequency_hz / core::kSpeedOfSound;
      value[m] = spectrum_at(
          std::span(responses.ir).subspan((d * 2 + m) * responses.samples, responses.samples),
          frequency_hz, responses.sample_rate_hz);
      expected[m] = pressure(geometry, m, k, responses.direction[d]);
    }
    // The common lead cancels between the two.
    CHECK(std::abs(value[0] / value[1] - expected[0] / expected[1]) < 1e-4);
    CHECK(std::abs(value[0]) == Approx(std::abs(expected[0])).epsilon(1e-4));
  }

  // Between directions, here a fifth of the usual, and at the rate of the simulator: -40 dB.
  const ResponseInterpolator interpolator(responses, 16000.0);
  core::RandomStream random(3, core::Purpose::kTest);
  for (const double frequency_hz : {500.0, 1000.0}) {
    const double k = 2.0 * std::numbers::pi * frequency_hz / core::kSpeedOfSound;
    double error = 0.0;
    double level = 0.0;
    for (int i = 0; i < 50; ++i) {
      const Eigen::Vector3d d = so3::random_rotation(random) * Eigen::Vector3d::UnitX();
      const std::complex<double> ratio =
          heard(interpolator, d, frequency_hz, 1) / heard(interpolator, d, frequency_hz, 0);
      const std::complex<double> exact = pressure(geometry, 1, k, d) / pressure(geometry, 0, k, d);
      error += std::norm(ratio - exact);
      level += std::norm(exact);
    }
    CAPTURE(frequency_hz);
    CHECK(std::sqrt(error / level) < 0.01);
  }
  CHECK_THROWS_AS(rigid_sphere_responses(Geometry{"open", geometry.position_m}), core::UsageError);
}

}  // namespace array
