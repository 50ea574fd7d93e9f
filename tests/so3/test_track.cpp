#include <catch2/catch.hpp>
#include <limits>

#include "core/errors.h"
#include "so3/rotation.h"
#include "so3/track.h"

namespace {

Eigen::Quaterniond turn(double angle) { return so3::exp(angle * Eigen::Vector3d::UnitZ()); }

}  // namespace

TEST_CASE("a track of constant rotation is exact between its samples and held outside") {
  const so3::Track track({0.0, 0.5, 2.0}, {turn(0.0), turn(0.5), turn(2.0)});
  for (const double t : {0.0, 0.1, 0.5, 1.7, 2.0}) {
    CHECK(so3::angle_between(track.at(t), turn(t)) < 1e-14);
  }
  CHECK(so3::angle_between(track.at(-1.0), turn(0.0)) < 1e-14);
  CHECK(so3::angle_between(track.at(9.0), turn(2.0)) < 1e-14);
}

TEST_CASE("a quaternion's sign does not matter, its length is repaired within reason") {
  const Eigen::Quaterniond q = turn(1.0);
  const so3::Track track({0.0, 1.0}, {turn(0.0), Eigen::Quaterniond(-1.005 * q.coeffs())});
  CHECK(so3::angle_between(track.at(0.5), turn(0.5)) < 1e-14);
}

TEST_CASE("tracks that make no sense are refused") {
  using Q = Eigen::Quaterniond;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(so3::Track({}, {}), core::InputError);
  CHECK_THROWS_AS(so3::Track({0.0, 1.0}, {turn(0.0)}), core::InputError);
  CHECK_THROWS_AS(so3::Track({0.0, 0.0}, {turn(0.0), turn(1.0)}), core::InputError);
  CHECK_THROWS_AS(so3::Track({0.0, nan}, {turn(0.0), turn(1.0)}), core::InputError);
  CHECK_THROWS_AS(so3::Track({0.0}, {Q(0.0, 0.0, 0.0, 0.0)}), core::InputError);
  CHECK_THROWS_AS(so3::Track({0.0}, {Q(nan, 0.0, 0.0, 0.0)}), core::InputError);
}
