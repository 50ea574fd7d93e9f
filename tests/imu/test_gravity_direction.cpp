#include <catch2/catch.hpp>
#include <cmath>

#include "carried.h"
#include "imu/consistency.h"
#include "imu/gravity_direction.h"
#include "so3/rotation.h"

namespace imu {

TEST_CASE("up is found in the world of the orientations, however sensor and world are turned",
          "[imu]") {
  core::RandomStream random(4, core::Purpose::kTest, 0);
  const so3::Track track =
      room::free_motion({0.6, 1.0}, Eigen::Quaterniond::Identity(), 31.0, random);
  Samples samples = synthesize(track, 30.0, sensor_model("consumer"),
                               core::RandomStream(4, core::Purpose::kImu, 0));
  test::carry(track, 3.0, random, samples);
  // The orientations' body is the sensor, turned; their world is z-up, turned.
  const Eigen::Quaterniond mounting = so3::exp({0.3, -1.0, 2.0});
  const Eigen::Quaterniond world = so3::exp({1.2, 0.7, -0.4});
  std::vector<Eigen::Quaterniond> q;
  for (const Eigen::Quaterniond& x : track.quaternion())
    q.push_back(world * x * mounting.conjugate());
  const so3::Track logged({track.time_s().begin(), track.time_s().end()}, q);
  const Consistency fit = check_consistency(logged, samples);
  REQUIRE(fit.enough);
  CHECK(fit.mounting_known);
  CHECK((fit.R_body_gyroscope - mounting.toRotationMatrix()).norm() < 0.03);
  const WorldDirection up = direction_of_force(logged, samples, fit.R_body_gyroscope);
  CHECK(up.steadiness > 0.7);
  CHECK((up.direction - world * Eigen::Vector3d::UnitZ()).norm() < 0.05);
  std::vector<Eigen::Quaterniond> q_world_sensor;
  for (const double t : samples.time_s) q_world_sensor.push_back(track.at(t));
  const WorldDirection field = direction_of_field(q_world_sensor, samples.magnetometer_uT);
  CHECK(field.steadiness > 0.99);
  CHECK((field.direction - Eigen::Vector3d(0.0, 20.0, -44.0).normalized()).norm() < 0.05);
}

TEST_CASE("turning about one axis does not tell the mounting", "[imu]") {
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> q;
  for (double t = 0.0; t <= 31.0; t += 0.01) {
    time_s.push_back(t);
    q.push_back(so3::exp(Eigen::Vector3d(0.0, std::sin(t), 0.0)));
  }
  const so3::Track track(time_s, q);
  const Samples samples = synthesize(track, 30.0, sensor_model("consumer"),
                                     core::RandomStream(5, core::Purpose::kImu, 0));
  CHECK(check_consistency(track, samples).enough);
  CHECK_FALSE(check_consistency(track, samples).mounting_known);
}

TEST_CASE("without samples there is no direction", "[imu]") {
  const so3::Track track({0.0, 1.0},
                         {Eigen::Quaterniond::Identity(), Eigen::Quaterniond::Identity()});
  CHECK(direction_of_force(track, Samples(), Eigen::Matrix3d::Identity()).samples == 0);
  CHECK(direction_of_field({}, {}).steadiness == 0.0);
}

}  // namespace imu
