#include <catch2/catch.hpp>
#include <numbers>

#include "core/units.h"
#include "simulate/view_course.h"
#include "so3/rotation.h"

namespace {

constexpr double kDegree = std::numbers::pi / 180.0;

Eigen::Quaterniond turned(double degrees, const Eigen::Vector3d& axis) {
  return so3::exp(degrees * kDegree * axis.normalized());
}

simulate::ViewCourse course_of(const std::vector<Eigen::Quaterniond>& orientation,
                               double duration_s, double speed_deg_s = 50.0) {
  core::RandomStream random(3, core::Purpose::kTest);
  return simulate::draw_course(orientation, 0, {0.1, 0.3}, speed_deg_s * kDegree, duration_s,
                               random);
}

}  // namespace

TEST_CASE(
    "the weights of all stays add up to one, and the track is the orientation that is heard") {
  std::vector<Eigen::Quaterniond> orientation;
  for (int i = 0; i < 10; ++i) orientation.push_back(turned(5.0 * i, {1.0, 2.0, -1.0}));
  orientation.push_back(turned(140.0, {0.0, 1.0, 1.0}));
  const simulate::ViewCourse course = course_of(orientation, 8.0);
  CHECK(course.stays.front().start_s == 0.0);
  CHECK(course.stays.back().end_s >= 8.0);
  std::size_t alone = 0;
  for (double t = 0.0; t < 8.0; t += 0.003) {
    double sum = 0.0;
    for (std::size_t i = 0; i < course.stays.size(); ++i) {
      const double weight = simulate::weight_at(course.stays, i, t);
      sum += weight;
      if (weight < 1.0) continue;
      ++alone;
      CHECK(so3::angle_between(course.track.at(t), orientation[course.stays[i].orientation]) <
            1e-9);
    }
    CHECK(sum == Approx(1.0));
  }
  CHECK(alone > 500);
}

TEST_CASE("near orientations are reached in small steps at the given speed, far ones by a jump") {
  std::vector<Eigen::Quaterniond> orientation;
  for (int i = 0; i < 20; ++i) orientation.push_back(turned(2.0 * i, {0.3, -1.0, 2.0}));
  const std::size_t far = orientation.size();
  orientation.push_back(turned(170.0, {1.0, 0.0, 0.0}));
  const simulate::ViewCourse course = course_of(orientation, 60.0, 40.0);
  std::size_t steps = 0;
  std::size_t jumps = 0;
  for (std::size_t i = 1; i < course.stays.size(); ++i) {
    const simulate::Stay& from = course.stays[i - 1];
    const simulate::Stay& to = course.stays[i];
    const double between_s = to.start_s - from.end_s;
    if (from.orientation == far || to.orientation == far) {
      ++jumps;
      CHECK(between_s == Approx(simulate::kSwitch_s));
      continue;
    }
    ++steps;
    const double angle_rad =
        so3::angle_between(orientation[from.orientation], orientation[to.orientation]);
    CHECK(angle_rad == Approx(2.0 * kDegree));
    CHECK(between_s == Approx(2.0 / 40.0));
  }
  CHECK(steps > 100);
  CHECK(jumps > 2);
}

TEST_CASE("an array that was measured at one orientation stays there") {
  const simulate::ViewCourse course = course_of({turned(30.0, {1.0, 1.0, 0.0})}, 2.0);
  REQUIRE(course.stays.size() == 1);
  CHECK(simulate::weight_at(course.stays, 0, 1.9) == 1.0);
  CHECK(course.track.at(1.0).angularDistance(turned(30.0, {1.0, 1.0, 0.0})) < 1e-9);
}
