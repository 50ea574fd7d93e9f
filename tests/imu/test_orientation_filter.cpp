#include <catch2/catch.hpp>
#include <cmath>

#include "core/errors.h"
#include "core/units.h"
#include "imu/orientation_filter.h"
#include "imu/orientation_smoother.h"
#include "so3/rotation.h"

namespace imu {
namespace {

core::RandomStream stream(std::uint32_t a) { return core::RandomStream(7, core::Purpose::kImu, a); }

/// Rest, then turning to and fro about all axes, then rest. No axis stays level or upright: a bias
/// about such a one could not be seen.
so3::Track tumbling(double rest_s, double seconds) {
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> quaternion;
  for (double t = 0.0; t <= 2.0 * rest_s + seconds + 0.1; t += 0.01) {
    const double s = std::clamp(t - rest_s, 0.0, seconds);
    time_s.push_back(t);
    quaternion.push_back(so3::exp(
        Eigen::Vector3d(1.2 * std::sin(0.5 * s), std::sin(0.37 * s), 1.5 * std::sin(0.23 * s))));
  }
  return so3::Track(time_s, quaternion);
}

double worst_error_deg(const Samples& samples, const so3::Track& track,
                       const std::vector<Eigen::Quaterniond>& q, double from_s) {
  double worst = 0.0;
  for (std::size_t i = 0; i < q.size(); ++i) {
    if (samples.time_s[i] < from_s) continue;
    worst = std::max(worst, so3::angle_between(q[i], track.at(samples.time_s[i])));
  }
  return core::radians_to_degrees(worst);
}

}  // namespace

TEST_CASE("a low-pass keeps a constant, and averages its inputs until it has settled", "[imu]") {
  LowPass<2> filter(1.0, 0.01);
  filter.update({1.0, -2.0});
  CHECK(filter.update({3.0, -4.0}).isApprox(Eigen::Vector2d(2.0, -3.0)));
  for (int i = 0; i < 98; ++i) filter.update({2.0, -3.0});
  for (int i = 0; i < 500; ++i) {
    CHECK((filter.update({2.0, -3.0}) - Eigen::Vector2d(2.0, -3.0)).norm() <
          1e-10);  // poles at 0.993: rounding grows 2e4 times
  }
  for (int i = 0; i < 100; ++i) filter.update({1.0, 1.0});
  // A step after one time constant: 1 - exp(-1) (cos 1 + sin 1) = 0.49 of the way.
  CHECK((2.0 - filter.output().x()) ==
        Approx(1.0 - std::exp(-1.0) * (std::cos(1.0) + std::sin(1.0))).margin(0.01));
}

TEST_CASE("an ideal sensor gives the orientation back", "[imu]") {
  const so3::Track track = tumbling(0.0, 20.0);
  const Samples samples = synthesize(track, 20.0, sensor_model("ideal"), stream(0));
  CHECK(worst_error_deg(samples, track, filter_forward(samples, 0.01).q_world_sensor, 0.0) < 1e-6);
  CHECK(worst_error_deg(samples, track, smooth(samples, 0.01).q_world_sensor, 0.0) < 1e-6);
}

TEST_CASE("a bias is found at rest and in motion", "[imu]") {
  const Eigen::Vector3d bias(0.004, -0.005, 0.006);  // 0.5 deg/s
  for (const bool rest : {true, false}) {
    const double seconds = rest ? 40.0 : 120.0;
    const so3::Track track = tumbling(rest ? 20.0 : 0.0, 120.0);
    Samples samples = synthesize(track, seconds, sensor_model("ideal"), stream(1));
    for (Eigen::Vector3d& g : samples.gyroscope_rad_s) g += bias;
    const Orientations live = filter_forward(samples, 0.01);
    const Orientations off_line = smooth(samples, 0.01);
    // The filter's own goals: 0.03 deg/s at rest, 0.1 deg/s in motion.
    const double goal = core::degrees_to_radians(rest ? 0.03 : 0.1);
    CHECK((live.bias_rad_s.back() - bias).norm() < goal);
    CHECK((off_line.bias_rad_s.back() - bias).norm() < goal);
    CHECK((off_line.bias_rad_s[50] - bias).norm() < goal);  // offline it is known from the start
    CHECK(live.at_rest[1900] == (rest ? 1 : 0));
    CHECK(worst_error_deg(samples, track, off_line.q_world_sensor, 0.0) < 1.0);
  }
}

TEST_CASE("smoothing is better than the live filter on noisy sensors", "[imu]") {
  const so3::Track track = tumbling(5.0, 50.0);
  double live = 0.0;
  double off_line = 0.0;
  for (std::uint32_t unit = 10; unit < 15; ++unit) {
    const Samples samples = synthesize(track, 60.0, sensor_model("consumer"), stream(unit));
    live += worst_error_deg(samples, track, filter_forward(samples, 0.01).q_world_sensor, 5.0);
    off_line += worst_error_deg(samples, track, smooth(samples, 0.01).q_world_sensor, 5.0);
  }
  CHECK(off_line < live);
}

TEST_CASE("a magnetic disturbance does not turn the heading", "[imu]") {
  const so3::Track track = tumbling(0.0, 60.0);
  Samples samples = synthesize(track, 60.0, sensor_model("ideal"), stream(2));
  for (std::size_t i = 3000; i < 4500; ++i) {
    samples.magnetometer_uT[i] +=
        track.at(samples.time_s[i]).conjugate() * Eigen::Vector3d(30, 0, 0);
  }
  FilterParams trusting;
  trusting.reject_magnetic_disturbance = false;
  const Orientations careful = filter_forward(samples, 0.01);
  CHECK(careful.disturbed[3500] == 1);
  CHECK(careful.disturbed[5000] == 0);
  // Until the disturbance is seen (0.05 s), five samples pull by 1/900 of up to 56 degrees each.
  CHECK(worst_error_deg(samples, track, careful.q_world_sensor, 1.0) < 0.5);
  CHECK(worst_error_deg(samples, track, filter_forward(samples, 0.01, trusting).q_world_sensor,
                        1.0) > 20.0);
  CHECK(worst_error_deg(samples, track, smooth(samples, 0.01).q_world_sensor, 1.0) < 0.5);
}

TEST_CASE("without a magnetometer the heading is that of the start", "[imu]") {
  const so3::Track track = tumbling(0.0, 20.0);
  Samples samples = synthesize(track, 20.0, sensor_model("ideal"), stream(3));
  for (Eigen::Vector3d& m : samples.magnetometer_uT) m.setZero();
  CHECK(worst_error_deg(samples, track, smooth(samples, 0.01).q_world_sensor, 0.0) < 1e-6);
}

TEST_CASE("the filter follows jitter in the sample times", "[imu]") {
  const so3::Track track = tumbling(0.0, 20.0);
  const Samples even = synthesize(track, 20.0, sensor_model("ideal"), stream(4));
  Samples samples;
  core::RandomStream random = stream(5);
  for (std::size_t i = 0; i + 1 < even.time_s.size(); ++i) {
    const double t = even.time_s[i] + (i == 0 ? 0.0 : random.uniform(-0.004, 0.004));
    const double before = i == 0 ? t : samples.time_s.back();
    const Eigen::Vector3d turn = so3::log(track.at(before).conjugate() * track.at(t));
    samples.time_s.push_back(t);
    samples.gyroscope_rad_s.push_back(i == 0 ? even.gyroscope_rad_s[0]
                                             : Eigen::Vector3d(turn / (t - before)));
    samples.accelerometer_m_s2.push_back(track.at(t).conjugate() * Eigen::Vector3d(0, 0, 9.81));
    samples.magnetometer_uT.push_back(track.at(t).conjugate() * Eigen::Vector3d(0, 20, -44));
  }
  CHECK(worst_error_deg(samples, track, filter_forward(samples, 0.01).q_world_sensor, 0.0) < 0.02);
}

TEST_CASE("the smallest rotation to upright is found, also from upside down", "[imu]") {
  core::RandomStream random = stream(6);
  for (int i = 0; i < 100; ++i) {
    const Eigen::Vector3d up = so3::random_direction(random);
    CHECK((upright_rotation(up) * up - Eigen::Vector3d::UnitZ()).norm() < 1e-12);
  }
  CHECK((upright_rotation(-Eigen::Vector3d::UnitZ()) * -Eigen::Vector3d::UnitZ() -
         Eigen::Vector3d::UnitZ())
            .norm() < 1e-12);
}

TEST_CASE("invalid filter parameters are refused", "[imu]") {
  FilterParams params;
  CHECK_THROWS_AS(OrientationFilter(params, 0.0), core::UsageError);
  CHECK_THROWS_AS(OrientationFilter(params, NAN), core::UsageError);
  params.tau_accelerometer_s = -1.0;
  CHECK_THROWS_AS(OrientationFilter(params, 0.01), core::UsageError);
}

}  // namespace imu
