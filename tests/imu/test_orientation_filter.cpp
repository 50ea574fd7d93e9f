#include <catch2/catch.hpp>
#include <cmath>

#include "core/errors.h"
#include "core/units.h"
#include "imu/orientation_filter.h"
#include "imu/orientation_smoother.h"
#include "imu/rest_detector.h"
#include "room/motion.h"
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

/// Two minutes in a hand that turns about all axes, slowly: a phone's unit with a further bias of 0.5
/// degrees a second. @param mean_deg_s  mean speed
struct SlowTurn {
  core::RandomStream random;
  so3::Track track;
  Samples samples;

  SlowTurn(double bandwidth_hz, double mean_deg_s, std::uint32_t seed)
      : random(100 + seed, core::Purpose::kTest, 0),
        track(room::free_motion({bandwidth_hz, core::degrees_to_radians(mean_deg_s)},
                                Eigen::Quaterniond::Identity(), 121.0, random)) {
    samples = synthesize(track, 120.0, sensor_model("consumer"),
                         core::RandomStream(seed, core::Purpose::kImu, 0));
    const Eigen::Vector3d bias = so3::random_direction(random) * core::degrees_to_radians(0.5);
    for (Eigen::Vector3d& g : samples.gyroscope_rad_s) g += bias;
  }
  void lose_magnetometer() {
    for (Eigen::Vector3d& m : samples.magnetometer_uT) m.setZero();
  }
  double heading_error(const Orientations& found, std::size_t i) const {
    const Eigen::Quaterniond e = found.q_world_sensor[i] * track.at(samples.time_s[i]).conjugate();
    return std::remainder(2.0 * std::atan2(e.z(), e.w()), 2.0 * M_PI);
  }
  /// Largest heading error, degrees. @param own_start  errors count from the first one
  double worst_heading_deg(const Orientations& found, bool own_start) const {
    double worst = 0.0;
    const double start = own_start ? heading_error(found, 0) : 0.0;
    for (std::size_t i = 0; i < samples.time_s.size(); ++i) {
      worst =
          std::max(worst, std::abs(std::remainder(heading_error(found, i) - start, 2.0 * M_PI)));
    }
    return core::radians_to_degrees(worst);
  }
};

/// Seconds after which an evenly turning sensor is taken for one at rest; 1e9: never in a minute.
/// @param axis       of the turn in the sensor frame; z is upright
/// @param bias_sd    of each axis of the known bias, which is zero
double rest_after_s(const Eigen::Vector3d& axis, double deg_s, bool magnetometer, double bias_sd) {
  RestDetector detector({}, 0.01);
  for (int i = 0; i < 6000; ++i) {
    const Eigen::Vector3d rate = core::degrees_to_radians(deg_s) * axis;
    const Eigen::Quaterniond q_sensor_world = so3::exp(-0.01 * i * rate);
    detector.update(rate, q_sensor_world * Eigen::Vector3d(0.0, 0.0, 9.81));
    if (magnetometer) detector.update_field(q_sensor_world * Eigen::Vector3d(0.0, 20.0, -44.0));
    const Eigen::Matrix3d covariance =
        std::pow(core::degrees_to_radians(bias_sd), 2.0) * Eigen::Matrix3d::Identity();
    if (detector.at_rest(Eigen::Vector3d::Zero(), covariance)) return 0.01 * i;
  }
  return 1e9;
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

TEST_CASE("an even slow turn is not rest where inclination, field or known bias speak against it",
          "[imu]") {
  const Eigen::Vector3d level = Eigen::Vector3d::UnitX();
  const Eigen::Vector3d upright = Eigen::Vector3d::UnitZ();
  for (const double deg_s : {0.5, 1.0, 1.9}) {
    INFO(deg_s << " degrees a second");
    CHECK(rest_after_s(level, deg_s, false, 0.5) == 1e9);
    // The field, 24 degrees from the vertical, turns by 0.41 of the angle: 0.5 degrees in 1.2 s,
    // less the low-pass's lag. A lower limit would deny true rests of BROAD.
    if (deg_s > 1.5) CHECK(rest_after_s(upright, deg_s, true, 0.5) == 1e9);
  }
  // Without a magnetometer, a turn about the vertical looks like a bias. It must last longer if it
  // is not near the known bias: 3 standard deviations of 0.5 or of 0.03 degrees a second.
  CHECK(rest_after_s(upright, 1.0, false, 0.5) == Approx(1.5).margin(0.02));
  CHECK(rest_after_s(upright, 1.9, false, 0.5) == Approx(5.0).margin(0.02));
  CHECK(rest_after_s(upright, 1.0, false, 0.03) == Approx(5.0).margin(0.02));
  CHECK(rest_after_s(upright, 0.1, false, 0.03) == Approx(1.5).margin(0.02));
  CHECK(rest_after_s(upright, 2.1, false, 0.5) == 1e9);
}

TEST_CASE("a hand that turns slowly is not taken for rest", "[imu]") {
  double live = 0.0;
  double off_line = 0.0;
  for (std::uint32_t seed = 0; seed < 4; ++seed) {
    SlowTurn turn(0.1, 5.0, seed);
    turn.lose_magnetometer();
    const Orientations found = smooth(turn.samples, 0.01);
    for (const unsigned char rest : found.at_rest) REQUIRE(rest == 0);
    off_line += turn.worst_heading_deg(found, true) / 4.0;
    live += turn.worst_heading_deg(filter_forward(turn.samples, 0.01), true) / 4.0;
  }
  INFO("live " << live << ", offline " << off_line);
  // Here 12.6 and 12.5 degrees. VQF, which takes up to 8 % of the time for rest: 73 and 68. An
  // uncorrected bias of 0.5 degrees a second would turn the heading by up to 60.
  CHECK(live < 20.0);
  CHECK(off_line < 20.0);
}

TEST_CASE("the filter states how fast its heading may drift", "[imu]") {
  for (const double mean_deg_s : {3.0, 8.0, 20.0}) {
    double stated = 0.0;
    double found = 0.0;
    for (std::uint32_t seed = 0; seed < 4; ++seed) {
      SlowTurn turn(0.6, mean_deg_s, seed);
      turn.lose_magnetometer();
      const Orientations result = smooth(turn.samples, 0.01);
      for (std::size_t i = 0; i + 500 < turn.samples.time_s.size(); i += 500) {
        stated += std::pow(5.0 * result.heading_rate_sd_rad_s[i + 250], 2.0);
        found += std::pow(
            std::remainder(turn.heading_error(result, i + 500) - turn.heading_error(result, i),
                           2.0 * M_PI),
            2.0);
      }
    }
    const double ratio = std::sqrt(found / stated);
    INFO(mean_deg_s << " degrees a second: found over stated " << ratio);
    CHECK(ratio > 0.6);
    CHECK(ratio < 1.6);
  }
}

TEST_CASE("a first field helps a slow sensor at once, and not one whose bias is known", "[imu]") {
  const FilterParams params;
  const auto patience = [&](bool known, double deg_s) {
    return magnetic_patience_s(params, known, core::degrees_to_radians(deg_s));
  };
  CHECK(patience(true, 0.5) == 60.0);
  CHECK(patience(false, 0.5) == Approx(10.0));  // 5 degrees of doubt
  CHECK(patience(false, 0.03) == 60.0);
  double live = 0.0;
  double off_line = 0.0;
  for (std::uint32_t seed = 0; seed < 4; ++seed) {
    const SlowTurn turn(0.6, 5.0, seed);  // never at 20 degrees a second: never confirmed
    live += turn.worst_heading_deg(filter_forward(turn.samples, 0.01), false) / 4.0;
    off_line += turn.worst_heading_deg(smooth(turn.samples, 0.01), false) / 4.0;
  }
  INFO("live " << live << ", offline " << off_line);
  // Here 8.4 and 6.7 degrees. Without patience, as in VQF: 8.1 and 6.8. With 60 s: 19 and 11. A hard
  // iron of 1 uT alone is 3 degrees. On BROAD 60 s are better, and kept (test_broad.cpp).
  CHECK(live < 12.0);
  CHECK(off_line < 9.0);
}

TEST_CASE("invalid filter parameters are refused", "[imu]") {
  FilterParams params;
  CHECK_THROWS_AS(OrientationFilter(params, 0.0), core::UsageError);
  CHECK_THROWS_AS(OrientationFilter(params, NAN), core::UsageError);
  params.tau_accelerometer_s = -1.0;
  CHECK_THROWS_AS(OrientationFilter(params, 0.01), core::UsageError);
}

}  // namespace imu
