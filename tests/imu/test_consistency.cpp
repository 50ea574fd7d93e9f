#include <catch2/catch.hpp>
#include <cmath>

#include "imu/consistency.h"
#include "so3/rotation.h"

namespace imu {
namespace {

so3::Track turning() {
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> q;
  for (double t = 0.0; t <= 30.0; t += 0.01) {
    time_s.push_back(t);
    q.push_back(
        so3::exp(Eigen::Vector3d(std::sin(t), 1.3 * std::sin(0.7 * t), 0.8 * std::cos(1.1 * t))));
  }
  return so3::Track(time_s, q);
}

Samples gyroscope(const so3::Track& track) {
  return synthesize(track, 30.0, sensor_model("consumer"),
                    core::RandomStream(9, core::Purpose::kImu, 0));
}

so3::Track read_as(const so3::Track& track, Eigen::Quaterniond (*read)(const Eigen::Quaterniond&)) {
  std::vector<Eigen::Quaterniond> q;
  for (const Eigen::Quaterniond& x : track.quaternion()) q.push_back(read(x));
  return so3::Track({track.time_s().begin(), track.time_s().end()}, q);
}

bool fits(const Consistency& result, const std::string& name) {
  for (const Reading& reading : result.readings) {
    if (reading.name == name) return reading.residual < 0.05;
  }
  return false;
}

}  // namespace

TEST_CASE("orientations and gyroscope of one motion agree, however the gyroscope is mounted",
          "[imu]") {
  const so3::Track track = turning();
  Samples samples = gyroscope(track);
  const Eigen::Quaterniond mounting = so3::exp({0.3, -1.0, 2.0});
  for (Eigen::Vector3d& g : samples.gyroscope_rad_s) g = mounting * g;
  const Consistency result = check_consistency(track, samples);
  REQUIRE(result.enough);
  CHECK(result.readings.front().residual < 0.02);
  CHECK(result.rate_ratio == Approx(1.0).epsilon(0.02));
  CHECK_FALSE(fits(result, "as world to sensor"));
  CHECK_FALSE(fits(result, "with the scalar last instead of first"));
}

TEST_CASE("a wrong order of the components or a wrong sense of rotation is found", "[imu]") {
  const so3::Track track = turning();
  const Samples samples = gyroscope(track);
  // x y z w in the file, read as w x y z.
  const Consistency last =
      check_consistency(read_as(track,
                                [](const Eigen::Quaterniond& q) {
                                  return Eigen::Quaterniond(q.x(), q.y(), q.z(), q.w());
                                }),
                        samples);
  CHECK(last.readings.front().residual > 0.5);
  CHECK(last.rate_ratio == Approx(1.0).epsilon(0.02));  // the speed alone would not show it
  CHECK(fits(last, "with the scalar last instead of first"));
  const Consistency first =
      check_consistency(read_as(track,
                                [](const Eigen::Quaterniond& q) {
                                  return Eigen::Quaterniond(q.z(), q.w(), q.x(), q.y());
                                }),
                        samples);
  CHECK(first.readings.front().residual > 0.5);
  CHECK(fits(first, "with the scalar first instead of last"));
  const Consistency inverse = check_consistency(
      read_as(track, [](const Eigen::Quaterniond& q) { return q.conjugate(); }), samples);
  CHECK(inverse.readings.front().residual > 0.5);
  CHECK(fits(inverse, "as world to sensor"));
  // Unity: z is mirrored. That is a turn of world and body, which the fit finds.
  const Consistency mirrored =
      check_consistency(read_as(track,
                                [](const Eigen::Quaterniond& q) {
                                  return Eigen::Quaterniond(q.w(), -q.x(), -q.y(), q.z());
                                }),
                        samples);
  CHECK(mirrored.readings.front().residual < 0.02);
}

TEST_CASE("orientations and gyroscope of a device at rest cannot be compared", "[imu]") {
  const so3::Track still({0.0, 30.0},
                         {Eigen::Quaterniond::Identity(), Eigen::Quaterniond::Identity()});
  CHECK_FALSE(check_consistency(still, gyroscope(still)).enough);
  CHECK_FALSE(check_consistency(still, Samples()).enough);
}

}  // namespace imu
