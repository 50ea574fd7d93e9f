#include <catch2/catch.hpp>
#include <complex>
#include <vector>

#include "calib/calibration.h"
#include "core/random.h"
#include "so3/rotation.h"

namespace {

/// Random responses of three microphones, with every part that a mirror image changes.
calib::Calibration random_calibration() {
  core::RandomStream random(31, core::Purpose::kTest);
  calib::Calibration c;
  for (int m = 0; m < 3; ++m) {
    c.array.position_m.push_back(0.05 * so3::random_direction(random));
    c.array.offset_m.push_back(0.01 * random.normal());
  }
  const Eigen::MatrixXd root =
      Eigen::MatrixXd::NullaryExpr(12, 12, [&] { return random.normal(); });
  c.array.covariance = root * root.transpose();
  c.correction.order = 3;
  c.correction.microphones = 3;
  c.correction.knot_hz = {500.0, 2000.0};
  for (std::size_t i = 0; i < 2 * c.correction.harmonics() * 3; ++i) {
    c.correction.coefficient.emplace_back(random.normal(), random.normal());
  }
  c.uncertainty.direction = {so3::random_direction(random), so3::random_direction(random)};
  c.uncertainty.recordings = {3, 0};
  return c;
}

}  // namespace

TEST_CASE("The mirror image hears a direction as the array hears the opposite one", "[mirrored]") {
  const calib::Calibration array = random_calibration();
  const calib::Calibration mirror = array.mirrored();
  core::RandomStream random(32, core::Purpose::kTest);
  for (int i = 0; i < 20; ++i) {
    const Eigen::Vector3d direction = so3::random_direction(random);
    const double frequency_hz = random.uniform(400.0, 4000.0);
    std::vector<std::complex<double>> expected(3), found(3), unlike(3);
    array.signature(frequency_hz, -direction, expected);
    array.signature(frequency_hz, direction, unlike);
    mirror.signature(frequency_hz, direction, found);
    for (std::size_t m = 0; m < 3; ++m) CHECK(std::abs(found[m] - expected[m]) < 1e-9);
    CHECK(calib::agreement(unlike, expected) < 0.999);
  }
  CHECK(mirror.uncertainty.heard(-array.uncertainty.direction[0]));
}

TEST_CASE("The covariance of a mirror image is that of the negated positions", "[mirrored]") {
  const calib::Calibration array = random_calibration();
  Eigen::VectorXd sign = Eigen::VectorXd::Constant(12, -1.0);
  for (int m = 0; m < 3; ++m) sign[4 * m + 3] = 1.0;
  const Eigen::MatrixXd expected = sign.asDiagonal() * array.array.covariance * sign.asDiagonal();
  CHECK(array.mirrored().array.covariance.isApprox(expected, 1e-12));
  CHECK(array.mirrored().mirrored().array.covariance.isApprox(array.array.covariance, 1e-12));
}
