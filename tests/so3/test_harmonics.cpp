#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "core/random.h"
#include "so3/harmonics.h"
#include "so3/rotation.h"

namespace {

std::vector<double> harmonics(std::size_t order, const Eigen::Vector3d& direction) {
  std::vector<double> value(so3::harmonic_count(order));
  so3::real_harmonics(order, direction, value);
  return value;
}

}  // namespace

TEST_CASE("the squares of the harmonics have the same sum in every direction") {
  core::RandomStream random(4, core::Purpose::kTest);
  for (const std::size_t order : {0U, 1U, 4U, 10U}) {
    for (int i = 0; i < 20; ++i) {
      const std::vector<double> value = harmonics(order, so3::random_direction(random));
      double sum = 0.0;
      for (const double v : value) sum += v * v;
      CHECK(sum == Approx(static_cast<double>(value.size())).epsilon(1e-9));
    }
  }
}

TEST_CASE("the addition theorem holds for every degree of the real harmonics") {
  core::RandomStream random(5, core::Purpose::kTest);
  constexpr std::size_t kOrder = 10;
  for (int i = 0; i < 10; ++i) {
    const Eigen::Vector3d u = so3::random_direction(random), v = so3::random_direction(random);
    const std::vector<double> at_u = harmonics(kOrder, u), at_v = harmonics(kOrder, v);
    for (std::size_t n = 0; n <= kOrder; ++n) {
      double sum = 0.0;
      for (std::size_t j = n * n; j < (n + 1) * (n + 1); ++j) sum += at_u[j] * at_v[j];
      const double degree = static_cast<double>(2 * n + 1);
      CHECK(sum == Approx(degree *
                          std::legendre(static_cast<unsigned>(n), std::clamp(u.dot(v), -1.0, 1.0)))
                       .margin(1e-11));
    }
  }
}
