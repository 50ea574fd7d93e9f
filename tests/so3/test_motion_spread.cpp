#include <catch2/catch.hpp>
#include <cmath>

#include "core/units.h"
#include "so3/motion_spread.h"
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

TEST_CASE("turning about one axis identifies no map, wherever the axis lies") {
  core::RandomStream random(1, core::Purpose::kTest, 0);
  for (int i = 0; i < 10; ++i) {
    const Eigen::Vector3d axis = random_direction(random);
    MotionSpreadSum sum;
    // The same axis in the sensor frame, with other axes in the world.
    for (int k = 0; k < 5; ++k) sum.add_interval(swing(axis, 2.0, random_rotation(random)));
    const MotionSpread spread = sum.spread();
    CHECK(spread.rms_deg[1] < 1e-4);
    CHECK(std::abs(spread.main_axis.dot(axis)) > 1.0 - 1e-9);
    CHECK(judge(spread) == MotionVerdict::kUnidentified);
    CHECK(advice(spread).find("nod, tilt or roll") != std::string::npos);
    sum.add_interval(swing(axis.unitOrthogonal(), 2.0));
    CHECK(judge(sum.spread()) == MotionVerdict::kEnough);
    CHECK(advice(sum.spread()).empty());
  }
}

TEST_CASE("no intervals, single frames and a device at rest identify no map") {
  MotionSpreadSum sum;
  CHECK(judge(sum.spread()) == MotionVerdict::kUnidentified);
  sum.add_interval({});
  sum.add_interval(std::vector<Eigen::Quaterniond>{Eigen::Quaterniond::Identity()});
  sum.add_interval(std::vector<Eigen::Quaterniond>(50, Eigen::Quaterniond::Identity()));
  CHECK(judge(sum.spread()) == MotionVerdict::kUnidentified);
  CHECK(advice(sum.spread()).find("hardly turns") != std::string::npos);
}

TEST_CASE("the spread is the root mean square of the rotations between frames") {
  // Two frames an interval, 40 degrees apart about x in one and 20 about y in the other.
  MotionSpreadSum sum;
  for (const auto& [axis, degrees] :
       {std::pair<Eigen::Vector3d, double>{{1, 0, 0}, 40.0}, {{0, 1, 0}, 20.0}}) {
    sum.add_interval(std::vector<Eigen::Quaterniond>{
        Eigen::Quaterniond::Identity(), exp(axis * core::degrees_to_radians(degrees))});
  }
  const MotionSpread spread = sum.spread();
  CHECK(spread.rms_deg[0] == Approx(40.0 / std::sqrt(2.0)));
  CHECK(spread.rms_deg[1] == Approx(20.0 / std::sqrt(2.0)));
  CHECK(spread.rms_deg[2] == Approx(0.0).margin(1e-4));
}

}  // namespace so3
