#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "core/errors.h"
#include "core/units.h"
#include "room/motion.h"
#include "room/source_course.h"
#include "so3/rotation.h"

namespace room {
namespace {

core::RandomStream motion_stream(std::uint32_t a = 0) {
  return core::RandomStream(6, core::Purpose::kSessionMotion, a);
}

double mean_speed_rad_s(const so3::Track& track) {
  double angle = 0.0;
  for (std::size_t i = 1; i < track.size(); ++i) {
    angle += so3::angle_between(track.quaternion()[i - 1], track.quaternion()[i]);
  }
  return angle / (track.time_s().back() - track.time_s().front());
}

}  // namespace

TEST_CASE("constant rotation is exact at every time", "[motion]") {
  core::RandomStream random = motion_stream();
  const Eigen::Quaterniond start = so3::random_rotation(random);
  const Eigen::Vector3d axis(1.0, -2.0, 0.5);
  for (const double speed : {0.0, 1.57, -9.0}) {
    const so3::Track track = constant_rotation(axis, speed, start, 3.0);
    CHECK(track.time_s().back() >= 3.0);
    for (double t = 0.0; t <= 3.0; t += 0.0437) {
      const Eigen::Quaterniond exact = so3::exp(axis.normalized() * (speed * t)) * start;
      CHECK(so3::angle_between(track.at(t), exact) < 1e-12);
    }
  }
  CHECK_THROWS_AS(constant_rotation(Eigen::Vector3d::Zero(), 1.0, start, 1.0), core::UsageError);
  CHECK_THROWS_AS(constant_rotation(axis, NAN, start, 1.0), core::UsageError);
  CHECK_THROWS_AS(constant_rotation(axis, 1.0, start, -1.0), core::UsageError);
}

TEST_CASE("smooth noise has unit variance and nothing above its bandwidth", "[motion]") {
  core::RandomStream random = motion_stream();
  double variance = 0.0;
  double curvature = 0.0;
  constexpr int kDraws = 1500;
  for (int i = 0; i < kDraws; ++i) {
    const SmoothNoise noise(2.0, random);
    variance += std::pow(noise.at(0.0), 2.0);
    const double h = 1e-3;
    curvature += std::pow((noise.at(h) - noise.at(-h)) / (2.0 * h), 2.0);
  }
  CHECK(variance / kDraws == Approx(1.0).epsilon(0.08));
  // A flat spectrum up to B has derivative variance (2 pi B)^2 / 3.
  CHECK(curvature / kDraws ==
        Approx(std::pow(2.0 * std::numbers::pi * 2.0, 2.0) / 3.0).epsilon(0.08));
}

TEST_CASE("free motion has its mean speed and the given start", "[motion]") {
  core::RandomStream random = motion_stream();
  const Eigen::Quaterniond start = so3::random_rotation(random);
  double speed = 0.0;
  for (int i = 0; i < 20; ++i) {
    const so3::Track track =
        free_motion({.bandwidth_hz = 0.6, .mean_speed_rad_s = 1.3}, start, 20.0, random);
    CHECK(so3::angle_between(track.at(0.0), start) < 1e-12);
    CHECK(track.time_s().back() >= 20.0);
    speed += mean_speed_rad_s(track);
  }
  CHECK(speed / 20.0 == Approx(1.3).epsilon(0.05));
}

TEST_CASE("another start turns the whole motion about world axes", "[motion]") {
  const core::RandomStream random = motion_stream();
  const Eigen::Quaterniond start = so3::exp({0.4, -1.1, 0.8});
  const Eigen::Quaterniond identity = Eigen::Quaterniond::Identity();
  core::RandomStream replay[] = {random, random, random, random};
  const so3::Track free = free_motion({}, identity, 5.0, replay[0]);
  const so3::Track head = head_motion({}, identity, 5.0, replay[1]);
  const so3::Track turned_free = free_motion({}, start, 5.0, replay[2]);
  const so3::Track turned_head = head_motion({}, start, 5.0, replay[3]);
  for (double t = 0.0; t <= 5.0; t += 0.037) {
    CHECK(so3::angle_between(turned_free.at(t), start * free.at(t)) < 1e-12);
    CHECK(so3::angle_between(turned_head.at(t), start * head.at(t)) < 1e-12);
  }
}

TEST_CASE("head motion stays about its mean with the stated spreads", "[motion]") {
  core::RandomStream random = motion_stream();
  double yaw = 0.0;
  double pitch = 0.0;
  double speed = 0.0;
  std::size_t count = 0;
  for (int i = 0; i < 40; ++i) {
    const so3::Track track = head_motion({}, Eigen::Quaterniond::Identity(), 10.0, random);
    speed += mean_speed_rad_s(track) / 40.0;
    for (std::size_t k = 0; k < track.size(); k += 50, ++count) {
      const Eigen::Vector3d nose = track.quaternion()[k] * Eigen::Vector3d::UnitX();
      yaw += std::pow(so3::azimuth_rad(nose), 2.0);
      pitch += std::pow(so3::elevation_rad(nose), 2.0);
    }
  }
  CHECK(std::sqrt(yaw / static_cast<double>(count)) == Approx(0.61).epsilon(0.1));
  CHECK(std::sqrt(pitch / static_cast<double>(count)) == Approx(0.26).epsilon(0.1));
  CHECK(core::radians_to_degrees(speed) == Approx(47.0).epsilon(0.1));
}

TEST_CASE("an interval of a recorded motion is the recording with its own zero of time",
          "[motion]") {
  core::RandomStream random = motion_stream();
  const so3::Track recording = free_motion({}, Eigen::Quaterniond::Identity(), 10.0, random);
  const so3::Track interval = interval_of_track(recording, 3.217, 4.0);
  for (double t = 0.0; t <= 4.0; t += 0.013) {
    CHECK(so3::angle_between(interval.at(t), recording.at(3.217 + t)) < 1e-9);
  }
  CHECK_THROWS_AS(interval_of_track(recording, 8.0, 4.0), core::InputError);
  CHECK_THROWS_AS(interval_of_track(recording, -1.0, 4.0), core::InputError);
  CHECK_THROWS_AS(interval_of_track(recording, NAN, 4.0), core::InputError);
}

TEST_CASE("a source on a great circle keeps its speed and its distance from the axis", "[motion]") {
  core::RandomStream random = motion_stream();
  const Eigen::Vector3d start = so3::random_direction(random);
  const SourceCourse course{2.0 * start, random_great_circle(start, 0.5, random)};
  CHECK((course.at(0.0) - 2.0 * start).norm() < 1e-12);
  CHECK(so3::angle_between(course.at(1.0), course.at(3.0)) == Approx(1.0));
  CHECK(course.at(2.2).norm() == Approx(2.0));
  CHECK(std::abs(course.at(2.2).dot(course.turn_rad_s)) < 1e-12);
  CHECK(course.speed_m_s() == Approx(1.0));
}

}  // namespace room
