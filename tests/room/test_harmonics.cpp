#include <catch2/catch.hpp>
#include <cmath>
#include <complex>

#include "room/harmonic_rotation.h"
#include "room/harmonics.h"
#include "so3/rotation.h"

namespace room {
namespace {

core::RandomStream stream() { return core::RandomStream(9, core::Purpose::kTest); }

}  // namespace

TEST_CASE("the addition theorem holds for every degree, at the poles too", "[harmonics]") {
  const HarmonicBasis basis(20);
  CHECK(basis.channels() == 21 * 22 / 2);
  const HarmonicRotation list(basis);
  core::RandomStream random = stream();
  std::vector<Eigen::Vector3d> directions{Eigen::Vector3d::UnitZ(), -Eigen::Vector3d::UnitZ(),
                                          Eigen::Vector3d::UnitX(),
                                          Eigen::Vector3d(1e-9, 0.0, 1.0).normalized()};
  for (int i = 0; i < 10; ++i) directions.push_back(so3::random_direction(random));
  for (const Eigen::Vector3d& u : directions) {
    for (const Eigen::Vector3d& v : directions) {
      const Eigen::VectorXd product = list.values(u).cwiseProduct(list.values(v));
      for (std::size_t n = 0; n <= 20; ++n) {
        const double sum =
            product.segment(static_cast<Eigen::Index>(n * n), static_cast<Eigen::Index>(2 * n + 1))
                .sum();
        // Float recurrences over 20 degrees: some tens of roundings.
        CHECK(sum ==
              Approx(std::legendre(static_cast<unsigned>(n), std::clamp(u.dot(v), -1.0, 1.0)))
                  .margin(1e-5));
      }
    }
  }
}

TEST_CASE("turned harmonics equal the harmonics of turned directions", "[harmonics]") {
  const HarmonicBasis basis(12);
  const HarmonicRotation rotation(basis);
  core::RandomStream random = stream();
  std::vector<float> matrices;
  for (int i = 0; i < 5; ++i) {
    const Eigen::Matrix3d R = so3::random_rotation(random).toRotationMatrix();
    rotation.matrices(R, matrices);
    const Eigen::Vector3d v = so3::random_direction(random);
    const Eigen::VectorXd expected = rotation.values(R * v);
    const Eigen::VectorXd before = rotation.values(v);
    std::size_t at = 0;
    for (std::size_t n = 0; n <= 12; ++n) {
      const std::size_t size = 2 * n + 1;
      for (std::size_t row = 0; row < size; ++row) {
        double sum = 0.0;
        for (std::size_t column = 0; column < size; ++column) {
          sum += matrices[at + row * size + column] *
                 before[static_cast<Eigen::Index>(n * n + column)];
        }
        CHECK(sum == Approx(expected[static_cast<Eigen::Index>(n * n + row)]).margin(2e-5));
      }
      at += size * size;
    }
    CHECK(at == matrices.size());
  }
}

}  // namespace room
