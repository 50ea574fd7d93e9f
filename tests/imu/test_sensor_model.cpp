#include <catch2/catch.hpp>
#include <cmath>

#include "core/errors.h"
#include "core/units.h"
#include "imu/sensor_model.h"
#include "so3/rotation.h"

namespace imu {
namespace {

core::RandomStream sensor_noise(std::uint32_t a = 0) {
  return core::RandomStream(5, core::Purpose::kImu, a);
}

so3::Track still() { return so3::Track({0.0}, {Eigen::Quaterniond::Identity()}); }

/// A turn whose speed and axis change, sampled at 400 Hz.
so3::Track tumbling(double seconds) {
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> quaternion;
  for (int i = 0; i <= static_cast<int>(seconds * 400.0) + 1; ++i) {
    const double t = i / 400.0;
    time_s.push_back(t);
    quaternion.push_back(so3::exp(Eigen::Vector3d(std::sin(t), 0.7 * t, std::cos(2.0 * t))));
  }
  return so3::Track(time_s, quaternion);
}

}  // namespace

TEST_CASE("a level unit at rest measures gravity's reaction, the magnetic field and no rotation",
          "[imu]") {
  const Samples samples = synthesize(still(), 1.0, sensor_model("ideal"), sensor_noise());
  REQUIRE(samples.time_s.size() == 101);
  CHECK(samples.time_s.back() == Approx(1.0));
  for (std::size_t i = 0; i < samples.time_s.size(); ++i) {
    CHECK(samples.gyroscope_rad_s[i].norm() == 0.0);
    CHECK((samples.accelerometer_m_s2[i] - Eigen::Vector3d(0.0, 0.0, 9.80665)).norm() < 1e-12);
    CHECK((samples.magnetometer_uT[i] - Eigen::Vector3d(0.0, 20.0, -44.0)).norm() < 1e-12);
  }
}

TEST_CASE("integrating an ideal gyroscope gives the track back", "[imu]") {
  const so3::Track track = tumbling(2.0);
  const Samples samples = synthesize(track, 2.0, sensor_model("ideal"), sensor_noise());
  Eigen::Quaterniond q = track.at(0.0);
  for (std::size_t i = 1; i < samples.time_s.size(); ++i) {
    q = q * so3::exp(samples.gyroscope_rad_s[i] / 100.0);
    CHECK(so3::angle_between(q, track.at(samples.time_s[i])) < 1e-9);
    const Eigen::Vector3d up_sensor = samples.accelerometer_m_s2[i].normalized();
    CHECK(so3::angle_between(Eigen::Vector3d(q * up_sensor),
                             Eigen::Vector3d(Eigen::Vector3d::UnitZ())) < 1e-9);
  }
}

TEST_CASE("a unit off the center measures the centripetal acceleration", "[imu]") {
  SensorModel model = sensor_model("ideal");
  model.lever_arm_m = {0.1, -0.03, 0.05};
  const Eigen::Vector3d rate_world(0.8, -1.2, 2.4);
  const Eigen::Quaterniond start = so3::exp({0.4, -0.7, 1.2});
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> quaternion;
  for (int i = 0; i <= 300; ++i) {
    time_s.push_back(i / 100.0);
    quaternion.push_back(so3::exp(rate_world * (i / 100.0)) * start);
  }
  const Samples samples = synthesize(so3::Track(time_s, quaternion), 2.0, model, sensor_noise());
  for (std::size_t i = 1; i < samples.time_s.size(); ++i) {
    const Eigen::Quaterniond& q_world_sensor = quaternion[i];
    const Eigen::Vector3d arm_world = q_world_sensor * model.lever_arm_m;
    const Eigen::Vector3d force_world =
        rate_world.cross(rate_world.cross(arm_world)) - model.gravity_world_m_s2;
    // The second difference over 0.03 rad is 1e-4 off.
    CHECK((samples.accelerometer_m_s2[i] - q_world_sensor.conjugate() * force_world).norm() < 1e-3);
    CHECK((q_world_sensor * samples.gyroscope_rad_s[i] - rate_world).norm() < 1e-9);
  }
}

TEST_CASE("noise and wandering bias have the stated sizes", "[imu]") {
  SensorModel model;
  model.rate_hz = 100.0;
  model.gyroscope.noise_density = 0.01;
  model.accelerometer.bias_walk = 0.02;
  const Samples samples = synthesize(still(), 200.0, model, sensor_noise());
  double noise = 0.0;
  double step = 0.0;
  const std::size_t count = samples.time_s.size();
  for (std::size_t i = 1; i < count; ++i) {
    noise += samples.gyroscope_rad_s[i].squaredNorm();
    step += (samples.accelerometer_m_s2[i] - samples.accelerometer_m_s2[i - 1]).squaredNorm();
  }
  // 60,000 draws: the variance is known to 0.6 %.
  CHECK(std::sqrt(noise / (3.0 * static_cast<double>(count - 1))) ==
        Approx(0.01 * 10.0).epsilon(0.02));
  CHECK(std::sqrt(step / (3.0 * static_cast<double>(count - 1))) ==
        Approx(0.02 / 10.0).epsilon(0.02));
}

TEST_CASE("bias, scale and misalignment vary between units as stated", "[imu]") {
  SensorModel model;
  model.gyroscope.bias_sd = 0.01;
  model.magnetometer.scale_sd = 0.02;
  model.accelerometer.misalignment_sd_rad = 0.03;
  double bias = 0.0;
  double scale = 0.0;
  double lean = 0.0;
  constexpr int kUnits = 2000;
  for (std::uint32_t unit = 0; unit < kUnits; ++unit) {
    const Samples samples = synthesize(still(), 0.0, model, sensor_noise(unit));
    bias += samples.gyroscope_rad_s[0].squaredNorm() / 3.0;
    scale += std::pow(samples.magnetometer_uT[0].z() / -44.0 - 1.0, 2.0);
    lean += std::pow(samples.accelerometer_m_s2[0].x() / 9.80665, 2.0);
  }
  CHECK(std::sqrt(bias / kUnits) == Approx(0.01).epsilon(0.05));
  CHECK(std::sqrt(scale / kUnits) == Approx(0.02).epsilon(0.06));
  CHECK(std::sqrt(lean / kUnits) == Approx(0.03).epsilon(0.06));
}

TEST_CASE("a consumer unit is worse than a tactical one, and the same stream repeats", "[imu]") {
  const so3::Track track = tumbling(3.0);
  const auto drift = [&](const char* name) {
    double sum = 0.0;
    for (std::uint32_t unit = 0; unit < 20; ++unit) {
      const Samples samples = synthesize(track, 3.0, sensor_model(name), sensor_noise(unit));
      Eigen::Quaterniond q = track.at(0.0);
      for (std::size_t i = 1; i < samples.time_s.size(); ++i) {
        q = q * so3::exp(samples.gyroscope_rad_s[i] / 100.0);
      }
      sum += core::radians_to_degrees(so3::angle_between(q, track.at(3.0)));
    }
    return sum / 20.0;
  };
  // 0.3 deg/s of bias over 3 s on three axes and 0.5 % of some 150 degrees turned: one to three
  // degrees.
  CHECK(drift("consumer") > 0.7);
  CHECK(drift("consumer") < 4.0);
  CHECK(drift("tactical") < 0.1);
  CHECK(drift("ideal") < 1e-7);
  const Samples a = synthesize(track, 1.0, sensor_model("consumer"), sensor_noise(3));
  const Samples b = synthesize(track, 1.0, sensor_model("consumer"), sensor_noise(3));
  CHECK(a.gyroscope_rad_s == b.gyroscope_rad_s);
}

TEST_CASE("invalid units are refused", "[imu]") {
  CHECK_THROWS_AS(sensor_model("nuclear"), core::UsageError);
  SensorModel model;
  model.rate_hz = 0.0;
  CHECK_THROWS_AS(synthesize(still(), 1.0, model, sensor_noise()), core::UsageError);
  model.rate_hz = 100.0;
  model.gyroscope.noise_density = -1.0;
  CHECK_THROWS_AS(synthesize(still(), 1.0, model, sensor_noise()), core::UsageError);
  CHECK_THROWS_AS(synthesize(still(), NAN, sensor_model("ideal"), sensor_noise()),
                  core::UsageError);
}

}  // namespace imu
