#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <numbers>

#include "array/responses.h"
#include "core/errors.h"
#include "core/units.h"
#include "so3/grid.h"
#include "so3/rotation.h"

namespace array {
namespace {

constexpr double kRate = 48000.0;

/// Two receivers 9 cm to either side on the y axis that hear a band-limited click, louder from
/// their own side.
Responses pair_of_ears(const std::vector<Eigen::Vector3d>& directions) {
  std::vector<double> position;
  std::vector<double> ir;
  for (const Eigen::Vector3d& d : directions) {
    position.insert(position.end(), {d.x(), d.y(), d.z()});
    for (const double side : {1.0, -1.0}) {
      const double arrival = 60.0 - side * 0.09 * d.y() / core::kSpeedOfSound * kRate;
      for (int n = 0; n < 128; ++n) {
        ir.push_back((1.0 + 0.5 * side * d.y()) * std::exp(-std::pow((n - arrival) / 3.0, 2.0)));
      }
    }
  }
  return make_responses("ears", kRate, position, PositionType::kCartesian, ir, 2);
}

/// Delay (samples at 16 kHz) and level of one receiver for one direction, from its phase and
/// amplitude at 500 Hz.
std::pair<double, double> heard(const ResponseInterpolator& interpolator, const Eigen::Vector3d& d,
                                std::size_t r) {
  ResponseInterpolator::Value value;
  interpolator.at(d, value);
  const double omega = 2.0 * std::numbers::pi * 500.0 / 16000.0;
  std::complex<double> sum = 0.0;
  for (std::size_t j = 0; j < interpolator.taps(); ++j) {
    const double time =
        value.onset[r] + static_cast<double>(j) - static_cast<double>(ResponseInterpolator::kLead);
    sum +=
        static_cast<double>(value.ir[r * interpolator.taps() + j]) * std::polar(1.0, -omega * time);
  }
  return {-std::arg(sum) / omega, std::abs(sum)};
}

}  // namespace

TEST_CASE("measured responses come back at measured directions and in between", "[responses]") {
  const std::vector<Eigen::Vector3d> grid = so3::fibonacci_grid(700);
  const ResponseInterpolator interpolator(pair_of_ears(grid), 16000.0);
  CHECK(interpolator.receivers() == 2);
  CHECK(interpolator.radius_m(core::kSpeedOfSound) == Approx(0.09).epsilon(0.02));
  core::RandomStream random(8, core::Purpose::kTest);
  // Spectrum of the click at 500 Hz: 3 sqrt(pi) exp(-(3 pi f)^2), whatever the rate it is converted
  // to.
  const double level = 3.0 * std::sqrt(std::numbers::pi) *
                       std::exp(-std::pow(3.0 * std::numbers::pi * 500.0 / kRate, 2.0));
  for (int i = 0; i < 200; ++i) {
    const bool measured = i % 2 == 0;
    const Eigen::Vector3d d =
        measured ? grid[static_cast<std::size_t>(3 * i)] : so3::random_direction(random);
    const auto [left_delay, left_level] = heard(interpolator, d, 0);
    const auto [right_delay, right_level] = heard(interpolator, d, 1);
    // 10 us are 0.16 samples; 0.5 dB are 6 %.
    const double itd = (right_delay - left_delay) / 16000.0;
    CHECK(itd == Approx(2.0 * 0.09 * d.y() / core::kSpeedOfSound).margin(measured ? 0.5e-6 : 4e-6));
    CHECK(left_level == Approx(level * (1.0 + 0.5 * d.y())).epsilon(measured ? 2e-3 : 1e-2));
    CHECK(right_level == Approx(level * (1.0 - 0.5 * d.y())).epsilon(measured ? 2e-3 : 1e-2));
  }
}

TEST_CASE("responses measured on an arc only, and repeated directions, are usable", "[responses]") {
  std::vector<Eigen::Vector3d> arc;
  for (int azimuth = -90; azimuth <= 90; azimuth += 5) {
    arc.push_back(so3::direction_from_angles(core::degrees_to_radians(azimuth), 0.0));
  }
  arc.push_back(arc[3]);
  const ResponseInterpolator interpolator(pair_of_ears(arc), 16000.0);
  for (int azimuth = -88; azimuth <= 88; azimuth += 7) {
    const Eigen::Vector3d d = so3::direction_from_angles(core::degrees_to_radians(azimuth), 0.0);
    const double itd =
        (heard(interpolator, d, 1).first - heard(interpolator, d, 0).first) / 16000.0;
    CHECK(itd == Approx(2.0 * 0.09 * d.y() / core::kSpeedOfSound).margin(2e-6));
  }
}

TEST_CASE("positions in angles and delays of the file are understood", "[responses]") {
  const std::vector<double> position{90.0, 0.0, 1.5, 0.0, 90.0, 1.5};
  const std::vector<double> ir{1.0, 0.0, 0.0, 1.0};
  const Responses r = make_responses("r", 16000.0, position, PositionType::kSpherical, ir, 1,
                                     std::vector<double>{3.0});
  CHECK((r.direction[0] - Eigen::Vector3d::UnitY()).norm() < 1e-12);
  CHECK((r.direction[1] - Eigen::Vector3d::UnitZ()).norm() < 1e-12);
  CHECK(r.samples == 5);
  CHECK(r.ir == std::vector<float>{0, 0, 0, 1, 0, 0, 0, 0, 0, 1});
}

TEST_CASE("faulty responses are refused", "[responses]") {
  using Catch::Matchers::Contains;
  const std::vector<double> position{1, 0, 0, 0, 1, 0};
  const std::vector<double> ir{1, 0, 0, 1};
  const auto make = [](double rate, const std::vector<double>& p, const std::vector<double>& h,
                       std::size_t r, const std::vector<double>& d = {}) {
    return make_responses("f.sofa", rate, p, PositionType::kCartesian, h, r, d);
  };
  CHECK_NOTHROW(make(16000.0, position, ir, 1));
  CHECK_THROWS_AS(make(0.0, position, ir, 1), core::InputError);
  CHECK_THROWS_AS(make(16000.0, {1, 0, 0}, ir, 1), core::InputError);
  CHECK_THROWS_AS(make(16000.0, position, {1, 0, 0}, 1), core::InputError);
  CHECK_THROWS_AS(make(16000.0, position, ir, 0), core::InputError);
  CHECK_THROWS_AS(make(16000.0, position, ir, 1, {1, 2, 3}), core::InputError);
  CHECK_THROWS_AS(make(16000.0, position, ir, 1, {-1e6}), core::InputError);
  CHECK_THROWS_WITH(make(16000.0, {0, 0, 0, 0, 1, 0}, ir, 1), Contains("expected a direction"));
  CHECK_THROWS_WITH(make(16000.0, position, {1, 0, 0, 0}, 1), Contains("silent"));
  CHECK_THROWS_WITH(make(16000.0, position, {1, 0, NAN, 0}, 1), Contains("not finite"));
  CHECK_THROWS_WITH(make(16000.0, position, std::vector<double>(4000, 1.0), 1), Contains("50 ms"));
}

}  // namespace array
