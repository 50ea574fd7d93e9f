#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <numbers>

#include "calib/calibration.h"
#include "calib/observations.h"
#include "core/random.h"
#include "so3/rotation.h"
#include "synthetic_recordings.h"

namespace {

using calib_test::lopsided;
using Signature = std::vector<std::complex<double>>;

/// A unit bin in single precision, as recordings have it.
std::vector<std::complex<float>> unit_bin(const Signature& values) {
  double power = 0.0;
  for (const std::complex<double>& value : values) power += std::norm(value);
  std::vector<std::complex<float>> bin;
  for (const std::complex<double>& value : values) bin.emplace_back(value / std::sqrt(power));
  return bin;
}

}  // namespace

TEST_CASE("the mismatch is the squared sine of the angle between signature and bin") {
  using namespace std::complex_literals;
  // u and v are orthogonal and of norm 2.
  const Signature u = {1.0, 1.0i, -1.0, 1.0}, v = {1.0, -1.0i, 1.0, 1.0};
  for (const double angle : {0.0, 0.1, 0.7, 1.2, 0.5 * std::numbers::pi}) {
    Signature y(4), scaled(4);
    for (std::size_t m = 0; m < 4; ++m) {
      y[m] = std::polar(1.0, 0.4) * (std::cos(angle) * u[m] + std::sin(angle) * 1.0i * v[m]);
      scaled[m] = (-3.0 + 2.0i) * u[m];  // a common factor changes nothing
    }
    const double expected = std::pow(std::sin(angle), 2);
    CHECK(calib::mismatch(u, unit_bin(y).data()) == Approx(expected).margin(1e-6));
    CHECK(calib::mismatch(scaled, unit_bin(y).data()) == Approx(expected).margin(1e-6));
    CHECK(calib::agreement(u, y) == Approx(std::abs(std::cos(angle))).margin(1e-12));
    CHECK(calib::agreement(y, scaled) == Approx(std::abs(std::cos(angle))).margin(1e-12));
  }
  CHECK(calib::mismatch(Signature(4, 0.0), unit_bin(u).data()) == 1.0);
  CHECK(calib::agreement(Signature(4, 0.0), u) == 0.0);
}

TEST_CASE("of a plane wave, the microphone nearer to the source has the earlier phase") {
  calib::EffectiveArray array;
  array.position_m = {{0.1, 0.0, 0.0}, {0.0, -0.2, 0.05}};
  array.offset_m = {0.0, 0.03};
  array.speed_of_sound = 340.0;
  Signature h(2);
  array.plane_wave(500.0, Eigen::Vector3d(0.6, 0.8, 0.0), h);
  // exp(+2 pi i f t) for an arrival that is t earlier: 0.06 m, and -0.16 + 0.03 m.
  const double k = 2.0 * std::numbers::pi * 500.0 / 340.0;
  CHECK(std::abs(h[0] - std::polar(1.0, 0.06 * k)) < 1e-12);
  CHECK(std::abs(h[1] - std::polar(1.0, -0.13 * k)) < 1e-12);
}

TEST_CASE("an effective array states its aperture, its center and its largest deviation") {
  calib::EffectiveArray array;
  array.position_m = {{1.0, 2.0, 3.0}, {1.0, 2.0, 7.0}, {4.0, 2.0, 3.0}};
  array.offset_m = {0.5, 0.2, -0.1};
  CHECK(array.aperture_m() == Approx(5.0));
  array.center();
  CHECK((array.position_m[0] - Eigen::Vector3d(-1.0, 0.0, -4.0 / 3.0)).norm() < 1e-12);
  CHECK((array.position_m[2] - Eigen::Vector3d(2.0, 0.0, -4.0 / 3.0)).norm() < 1e-12);
  CHECK(array.offset_m[0] == Approx(0.3));
  CHECK(array.offset_m[2] == Approx(-0.3));
  CHECK(std::isnan(array.deviation_m(1)));
  // Deviations of 1, 2 and 3 mm along turned axes, and a large one of the offset.
  const Eigen::Matrix3d Q = so3::exp({0.3, -0.8, 0.5}).toRotationMatrix();
  array.covariance = Eigen::MatrixXd::Zero(12, 12);
  array.covariance.block<3, 3>(4, 4) =
      Q * Eigen::Vector3d(1e-6, 9e-6, 4e-6).asDiagonal() * Q.transpose();
  array.covariance(7, 7) = 1.0;
  CHECK(array.deviation_m(1) == Approx(3e-3));
  CHECK(array.deviation_m(0) == 0.0);
}

TEST_CASE("a frequency has its place between two knots, or at the nearest end") {
  const std::vector<double> knots = {400.0, 900.0, 1400.0, 2400.0};
  const auto place = [&](double hz) { return calib::knot_place(knots, hz); };
  CHECK((place(100.0).low == 0 && place(100.0).share == 0.0));
  CHECK((place(400.0).low == 0 && place(400.0).share == 0.0));
  CHECK((place(525.0).low == 0 && place(525.0).share == Approx(0.25)));
  CHECK((place(900.0).low == 1 && place(900.0).share == 0.0));
  CHECK((place(2150.0).low == 2 && place(2150.0).share == Approx(0.75)));
  CHECK((place(2400.0).low == 2 && place(2400.0).share == 1.0));
  CHECK((place(9000.0).low == 2 && place(9000.0).share == 1.0));
  const auto of_one = calib::knot_place(std::vector{700.0}, 900.0);
  CHECK((of_one.low == 0 && of_one.share == 0.0));
}

TEST_CASE("knots go from the lowest to the highest frequency of the data") {
  calib::Observations data;
  data.bin_hz = 40.0;
  CHECK(calib::frequency_knots(data, 500.0).empty());
  data.frequency = {30, 10, 50, 20};  // 400 to 2000 Hz
  CHECK(calib::frequency_knots(data, 500.0) == std::vector<double>{400.0, 900.0, 1400.0, 1900.0});
  data.frequency.push_back(60);  // 2400 Hz
  CHECK(calib::frequency_knots(data, 500.0).back() == 2400.0);
}

TEST_CASE("a correction is its harmonics over direction and straight lines over frequency") {
  calib::Correction correction;
  Signature factor(2);
  correction.at(1000.0, Eigen::Vector3d::UnitX(), factor);
  CHECK(factor == Signature(2, 1.0));  // an empty correction
  correction.order = 1;
  correction.microphones = 2;
  correction.knot_hz = {500.0, 1000.0, 1500.0};
  correction.coefficient.assign(3 * 4 * 2, 0.0F);
  // At the middle knot: microphone 0 has 2 + 3i, microphone 1 has sqrt(3) (x, y, z) (1, 2i, 4).
  correction.coefficient[(4 + 0) * 2 + 0] = {2.0F, 3.0F};
  correction.coefficient[(4 + 1) * 2 + 1] = {0.0F, 2.0F};
  correction.coefficient[(4 + 2) * 2 + 1] = {4.0F, 0.0F};
  correction.coefficient[(4 + 3) * 2 + 1] = {1.0F, 0.0F};
  const Eigen::Vector3d d(0.48, -0.6, 0.64);
  for (const auto& [hz, share] :
       {std::pair{1000.0, 1.0}, {875.0, 0.75}, {1400.0, 0.2}, {300.0, 0.0}, {1600.0, 0.0}}) {
    correction.at(hz, d, factor);
    const std::complex<double> expected =
        std::sqrt(3.0) * std::complex<double>(d.x() + 4.0 * d.z(), 2.0 * d.y());
    CHECK(std::abs(factor[0] - share * std::complex<double>(2.0, 3.0)) < 1e-6);
    CHECK(std::abs(factor[1] - share * expected) < 1e-6);
  }
  correction.knot_hz = {500.0};
  correction.coefficient.assign(4 * 2, 1.0F);
  correction.at(4000.0, Eigen::Vector3d::UnitZ(), factor);
  CHECK(std::abs(factor[1] - (1.0 + std::sqrt(3.0))) < 1e-6);
}

TEST_CASE("a signature is the plane wave times the correction") {
  calib::Calibration calibration;
  calibration.array.position_m = lopsided();
  calibration.array.offset_m = {0.0, 0.01, 0.0, 0.0, -0.01};
  const Eigen::Vector3d d = Eigen::Vector3d(0.2, -0.5, 0.7).normalized();
  Signature wave(5), h(5);
  calibration.array.plane_wave(3000.0, d, wave);
  calibration.signature(3000.0, d, h);
  CHECK(h == wave);
  calibration.correction.microphones = 5;
  calibration.correction.knot_hz = {1000.0};
  calibration.correction.coefficient = {{1, 0}, {0, 1}, {2, 0}, {-1, 0}, {0.5F, 0.5F}};
  calibration.signature(3000.0, d, h);
  for (std::size_t m = 0; m < 5; ++m) {
    const std::complex<double> factor(calibration.correction.coefficient[m]);
    CHECK(std::abs(h[m] - factor * wave[m]) < 1e-12);
  }
}
