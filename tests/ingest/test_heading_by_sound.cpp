#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "core/errors.h"
#include "core/random.h"
#include "core/units.h"
#include "ingest/heading_by_sound.h"
#include "so3/rotation.h"

namespace {

using core::degrees_to_radians;

constexpr double kSeconds = 60.0;
const Eigen::Vector3d kSource = so3::direction_from_angles(0.7, 0.4);

Eigen::Quaterniond true_orientation(double t) {
  return so3::exp({0.0, 0.0, 1.2 * t}) *
         so3::exp({0.8 * std::sin(0.9 * t), 0.5 * std::cos(1.3 * t), 0.0});
}

/// Rotation about the vertical that the log lacks: a drift, and a step at 30 s.
double missing_rad(double t, bool step) {
  return degrees_to_radians(0.5 * t + (step && t >= 30.0 ? 100.0 : 0.0));
}

ingest::OrientationLog log_of(bool step) {
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> q;
  for (int i = 0; i <= 6000; ++i) {
    const double t = 0.01 * i;
    time_s.push_back(t);
    q.push_back(so3::exp({0.0, 0.0, -missing_rad(t, step)}) * true_orientation(t));
  }
  ingest::OrientationLog log;
  log.tracks.emplace_back(std::move(time_s), std::move(q));
  return log;
}

/// Directions each half second with 2 degrees of noise; every ninth is of something else.
std::vector<ingest::SoundDirection> directions_of(const ingest::OrientationLog& log,
                                                  const imu::ClockMap& clock) {
  core::RandomStream random(8, core::Purpose::kTest, 1);
  std::vector<ingest::SoundDirection> directions;
  for (double t = 0.25; t < kSeconds; t += 0.5) {
    Eigen::Vector3d sensor = true_orientation(t).conjugate() * kSource;
    for (int k = 0; k < 3; ++k) sensor(k) += 0.035 * random.normal();
    if (directions.size() % 9 == 4) sensor = so3::random_direction(random);
    directions.push_back(
        {clock.to_recording(t), 0.5, log.tracks[0].at(t) * sensor.normalized(), std::nullopt});
  }
  return directions;
}

/// Largest angle between corrected and true orientation, the first heading taken out.
double largest_error_deg(const ingest::OrientationLog& log, bool skip_step) {
  const Eigen::Quaterniond q0 = true_orientation(0.0) * log.tracks[0].at(0.0).conjugate();
  double largest = 0.0;
  for (double t = 0.0; t <= kSeconds; t += 0.1) {
    if (skip_step && std::abs(t - 30.0) < 0.02) continue;
    largest = std::max(largest, so3::angle_between(q0 * log.tracks[0].at(t), true_orientation(t)));
  }
  return core::radians_to_degrees(largest);
}

}  // namespace

TEST_CASE("a source that stands still takes the drift out of a log", "[heading]") {
  const imu::ClockMap clock{0.3, 1e-4};
  ingest::OrientationLog log = log_of(false);
  CHECK(largest_error_deg(log, false) > 25.0);
  const ingest::HeadingBySound found(log, clock, directions_of(log, clock));
  CHECK(found.facts().still);
  CHECK(found.facts().reset.empty());
  CHECK(found.facts().drift_deg == Approx(30.0).margin(3.0));
  found.correct(log);
  CHECK(largest_error_deg(log, false) < 3.0);
}

TEST_CASE("a step of the log's heading is found to the sample", "[heading]") {
  const imu::ClockMap clock{0.3, 1e-4};
  ingest::OrientationLog log = log_of(true);
  const ingest::HeadingBySound found(log, clock, directions_of(log, clock));
  REQUIRE(found.facts().reset.size() == 1);
  CHECK(clock.to_log(found.facts().reset[0].time_s) == Approx(30.0).margin(0.011));
  CHECK(found.facts().reset[0].size_deg == Approx(100.0).margin(4.0));
  found.correct(log);
  CHECK(largest_error_deg(log, true) < 4.0);
}

TEST_CASE("true directions give the heading itself, not only its changes", "[heading]") {
  const imu::ClockMap clock{0.0, 0.0};
  ingest::OrientationLog log = log_of(false);
  for (so3::Track& track : log.tracks) {
    std::vector<Eigen::Quaterniond> q;
    for (const Eigen::Quaterniond& one : track.quaternion())
      q.push_back(so3::exp({0.0, 0.0, 1.0}) * one);
    track = so3::Track({track.time_s().begin(), track.time_s().end()}, std::move(q));
  }
  std::vector<ingest::SoundDirection> directions = directions_of(log, clock);
  for (ingest::SoundDirection& one : directions) one.truth_world = kSource;
  ingest::HeadingBySound(log, clock, directions).correct(log);
  CHECK(so3::angle_between(log.tracks[0].at(20.0), true_orientation(20.0)) <
        degrees_to_radians(3.0));
}

TEST_CASE("sources in many places are not one that stands still", "[heading]") {
  const imu::ClockMap clock{0.0, 0.0};
  const ingest::OrientationLog log = log_of(false);
  std::vector<ingest::SoundDirection> directions = directions_of(log, clock);
  core::RandomStream random(8, core::Purpose::kTest, 2);
  double azimuth = 0.0;
  for (std::size_t i = 0; i < directions.size(); ++i) {
    if (i % 8 == 0) azimuth = random.uniform(-3.0, 3.0);
    directions[i].direction_world = so3::direction_from_angles(azimuth, 0.4);
  }
  CHECK_FALSE(ingest::HeadingBySound(log, clock, directions).facts().still);
}

TEST_CASE("directions near the vertical say nothing about the heading", "[heading]") {
  const imu::ClockMap clock{0.0, 0.0};
  const ingest::OrientationLog log = log_of(false);
  std::vector<ingest::SoundDirection> directions = directions_of(log, clock);
  for (ingest::SoundDirection& one : directions) one.direction_world = Eigen::Vector3d::UnitZ();
  CHECK_THROWS_AS(ingest::HeadingBySound(log, clock, directions), core::InputError);
}
