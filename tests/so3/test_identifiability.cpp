#include <catch2/catch.hpp>
#include <cmath>

#include "core/units.h"
#include "so3/identifiability.h"
#include "so3/rotation.h"

namespace so3 {
namespace {

std::vector<Eigen::Quaterniond> swing(
    const Eigen::Vector3d& axis, double swing_rad,
    const Eigen::Quaterniond& start = Eigen::Quaterniond::Identity()) {
  std::vector<Eigen::Quaterniond> q;
  for (int i = 0; i < 100; ++i) q.push_back(start * exp(axis * swing_rad * std::sin(0.1 * i)));
  return q;
}

}  // namespace

TEST_CASE("turning about one axis identifies nothing, wherever the axis lies") {
  core::RandomStream random(1, core::Purpose::kTest, 0);
  for (int i = 0; i < 10; ++i) {
    const Eigen::Vector3d axis = random_direction(random);
    Identifiability about_one;
    // The same axis in the sensor, though other in the world.
    for (int k = 0; k < 5; ++k) about_one.add_interval(swing(axis, 2.0, random_rotation(random)));
    CHECK(about_one.margin() < 1e-12);
    CHECK(std::abs(about_one.weakest_axis().dot(axis)) > 1.0 - 1e-9);
    about_one.add_interval(swing(random_direction(random), 2.0));
    CHECK(about_one.margin() > kWeakMargin);
  }
  CHECK(Identifiability().margin() == 0.0);
}

TEST_CASE("rotations that cover everything have a margin of 2") {
  core::RandomStream random(2, core::Purpose::kTest, 0);
  Identifiability even;
  for (int k = 0; k < 400; ++k) {
    std::vector<Eigen::Quaterniond> q;
    for (int i = 0; i < 32; ++i) q.push_back(random_rotation(random));
    even.add_interval(q);
  }
  // The middle rotation is compared with itself once in 32.
  CHECK(even.margin() == Approx(2.0 * 31.0 / 32.0).epsilon(0.05));
}

TEST_CASE("the margin falls with the swing about the second axis") {
  double before = 3.0;
  for (const double degrees : {60.0, 30.0, 10.0, 3.0}) {
    Identifiability turning;
    turning.add_interval(swing(Eigen::Vector3d::UnitZ(), 2.0));
    turning.add_interval(swing(Eigen::Vector3d::UnitX(), core::degrees_to_radians(degrees)));
    CHECK(turning.margin() < before);
    before = turning.margin();
    CHECK((turning.margin() < kWeakMargin) == (degrees < 10.0));
  }
}

}  // namespace so3
