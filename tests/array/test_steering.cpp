#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "array/steering.h"

namespace array {

TEST_CASE("a microphone nearer to the source hears it earlier", "[steering]") {
  const Geometry pair = builtin("head2", 0.2);
  const Eigen::VectorXd delays_s = plane_wave_delays_s(pair, Eigen::Vector3d::UnitY(), 340.0);
  CHECK(delays_s[0] == Approx(-0.1 / 340.0));
  CHECK(delays_s[1] == Approx(0.1 / 340.0));
  CHECK(plane_wave_delays_s(pair, Eigen::Vector3d::UnitX())[0] == 0.0);
}

TEST_CASE("steering vectors are the delays' phases, and tables are steering vectors",
          "[steering]") {
  const Geometry cube = builtin("cube8");
  const std::vector<double> frequencies{500.0, 7000.0};
  const std::vector<Eigen::Vector3d> directions{Eigen::Vector3d(0.6, 0.0, 0.8),
                                                Eigen::Vector3d(0.0, -1.0, 0.0)};
  const std::vector<std::complex<float>> table = steering_table(cube, frequencies, directions);
  REQUIRE(table.size() == 2 * 2 * 8);
  for (std::size_t f = 0; f < 2; ++f) {
    for (std::size_t d = 0; d < 2; ++d) {
      const Eigen::VectorXd delays_s = plane_wave_delays_s(cube, directions[d]);
      const Eigen::VectorXcd steering = steering_vector(cube, frequencies[f], directions[d]);
      for (std::size_t microphone = 0; microphone < 8; ++microphone) {
        const double phase = -2.0 * std::numbers::pi * frequencies[f] * delays_s[microphone];
        CHECK(std::abs(steering[microphone] -
                       std::complex<double>(std::cos(phase), std::sin(phase))) < 1e-12);
        CHECK(std::abs(std::complex<double>(table[(f * 2 + d) * 8 + microphone]) -
                       steering[microphone]) < 1e-6);
      }
    }
  }
}

}  // namespace array
