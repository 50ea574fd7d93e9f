#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "core/random.h"
#include "so3/grid.h"
#include "so3/rotation.h"

TEST_CASE("a Fibonacci grid is balanced, and every direction is near one of its points") {
  const std::vector<Eigen::Vector3d> grid = so3::fibonacci_grid(so3::kTwoDegreeGridPoints);
  REQUIRE(grid.size() == 13744);
  CHECK(so3::mean_direction(grid).norm() <= 1.0);
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (const Eigen::Vector3d& p : grid) {
    CHECK(std::abs(p.norm() - 1.0) < 1e-14);
    sum += p;
  }
  CHECK(sum.norm() / 13744.0 < 1e-4);
  // Heights are the middles of equal steps from 1 to -1: neither pole has a point, and both sides are alike.
  CHECK(std::abs(sum.z()) < 1e-9);
  CHECK(grid.front().z() == Approx(1.0 - 1.0 / 13744.0).epsilon(1e-12));
  // Two degrees between neighbors: no direction is farther than about 1.4 degrees from a point.
  core::RandomStream random(1, core::Purpose::kTest);
  for (int i = 0; i < 200; ++i) {
    const Eigen::Vector3d d = so3::random_direction(random);
    double best = -1.0;
    for (const Eigen::Vector3d& p : grid) best = std::max(best, p.dot(d));
    CHECK(std::acos(std::min(1.0, best)) < 1.45 * std::numbers::pi / 180.0);
  }
}
