#include <catch2/catch.hpp>
#include <cmath>

#include "align/change_points.h"
#include "core/random.h"

namespace {

/// Directions that wander for half a second at a time, around one mean a part.
std::vector<Eigen::Vector3d> wander(
    const std::vector<std::pair<std::size_t, Eigen::Vector3d>>& parts, std::uint32_t stream,
    double noise = 0.6) {
  core::RandomStream random(11, core::Purpose::kTest, stream);
  const auto draw = [&] {
    return Eigen::Vector3d(random.normal(), random.normal(), random.normal());
  };
  std::vector<Eigen::Vector3d> r;
  Eigen::Vector3d slow = Eigen::Vector3d::Zero();
  for (const auto& [blocks, mean] : parts) {
    for (std::size_t b = 0; b < blocks; ++b) {
      slow = 0.7 * slow + 0.714 * draw();  // variance 1
      r.push_back(mean + noise * (0.7 * slow + 0.7 * draw()));
    }
  }
  return r;
}

Eigen::Vector3d azimuth(double degrees) {
  const double a = degrees * std::acos(-1.0) / 180.0;
  return {std::cos(a), std::sin(a), 0.0};
}

}  // namespace

TEST_CASE("changes of the mean direction are found where they are", "[changes]") {
  for (std::uint32_t stream = 0; stream < 20; ++stream) {
    const auto r =
        wander({{160, azimuth(0.0)}, {90, azimuth(70.0)}, {200, azimuth(-110.0)}}, stream);
    const std::vector<std::size_t> found = align::change_points(r, {});
    REQUIRE(found.size() == 2);
    CHECK(std::abs(static_cast<double>(found[0]) - 160.0) < 20.0);
    CHECK(std::abs(static_cast<double>(found[1]) - 250.0) < 20.0);
  }
}

TEST_CASE(
    "noise, wandering and small turns of the direction are not reported as changes of the source",
    "[changes]") {
  for (std::uint32_t stream = 0; stream < 50; ++stream) {
    CHECK(align::change_points(wander({{1200, azimuth(20.0)}}, stream), {}).empty());
    CHECK(align::change_points(wander({{300, azimuth(0.0)}, {300, azimuth(10.0)}}, stream, 0.1), {})
              .empty());
  }
  CHECK(align::change_points({}, {}).empty());
  CHECK(align::change_points(wander({{15, azimuth(0.0)}}, 1), {}).empty());
  const std::vector<Eigen::Vector3d> constant(100, azimuth(0.0));
  CHECK(align::change_points(constant, {}).empty());
}
