#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/errors.h"
#include "core/units.h"
#include "imu/repair.h"
#include "so3/rotation.h"

namespace imu {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

so3::Track rolling() {
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> quaternion;
  for (double t = 0.0; t <= 31.0; t += 0.01) {
    time_s.push_back(t);
    quaternion.push_back(so3::exp(Eigen::Vector3d(std::sin(1.1 * t), 0.8 * t, std::cos(0.7 * t))));
  }
  return so3::Track(time_s, quaternion);
}

Samples clean() {
  return synthesize(rolling(), 30.0, sensor_model("consumer"),
                    core::RandomStream(8, core::Purpose::kImu, 0));
}

/// The samples without the rows [first, end).
Samples without(const Samples& samples, std::size_t first, std::size_t end) {
  Samples rest;
  for (std::size_t i = 0; i < samples.time_s.size(); ++i) {
    if (i >= first && i < end) continue;
    rest.time_s.push_back(samples.time_s[i]);
    rest.gyroscope_rad_s.push_back(samples.gyroscope_rad_s[i]);
    rest.accelerometer_m_s2.push_back(samples.accelerometer_m_s2[i]);
    rest.magnetometer_uT.push_back(samples.magnetometer_uT[i]);
  }
  return rest;
}

}  // namespace

TEST_CASE("a clean log passes unchanged", "[imu]") {
  const Samples samples = clean();
  const Repaired repaired = repair(samples);
  REQUIRE(repaired.runs.size() == 1);
  CHECK(repaired.runs[0].time_s == samples.time_s);
  CHECK(repaired.runs[0].gyroscope_rad_s == samples.gyroscope_rad_s);
  CHECK(repaired.report.step_s == Approx(0.01));
  CHECK(repaired.report.interpolated == 0);
}

TEST_CASE("short gaps in a log are filled and long gaps end a run", "[imu]") {
  const Samples samples = clean();
  for (const std::size_t lost : {1U, 2U, 5U, 9U, 10U, 20U, 50U, 100U, 500U, 1000U}) {
    const Repaired repaired = repair(without(samples, 1000, 1000 + lost));
    const double gap_s = 0.01 * static_cast<double>(lost + 1);
    INFO("gap " << gap_s << " s");
    const bool is_short = gap_s <= kMaxGapS + 1e-9;
    CHECK(repaired.runs.size() == (is_short ? 1 : 2));
    CHECK(repaired.report.interpolated == (is_short ? lost : 0));
    CHECK(repaired.report.longest_gap_s == Approx(gap_s));
    if (!is_short) continue;
    REQUIRE(repaired.runs[0].time_s.size() == samples.time_s.size());
    CHECK(repaired.runs[0].time_s[1000] == Approx(samples.time_s[1000]));
    // The turn over the gap: a straight line in a motion that changes by under 2 rad/s^2.
    Eigen::Vector3d error = Eigen::Vector3d::Zero();
    for (std::size_t i = 1000; i < 1000 + lost; ++i) {
      error += 0.01 * (repaired.runs[0].gyroscope_rad_s[i] - samples.gyroscope_rad_s[i]);
    }
    CHECK(error.norm() < core::degrees_to_radians(0.5));
  }
}

TEST_CASE(
    "values that are not finite are gaps, and a magnetometer value that is not finite counts as "
    "not measured",
    "[imu]") {
  Samples samples = clean();
  samples.gyroscope_rad_s[100].x() = kNaN;
  samples.accelerometer_m_s2[200].y() = std::numeric_limits<double>::infinity();
  samples.magnetometer_uT[300].z() = kNaN;
  const Repaired repaired = repair(samples);
  REQUIRE(repaired.runs.size() == 1);
  CHECK(repaired.report.not_finite == 2);
  CHECK(repaired.report.interpolated == 2);
  CHECK(repaired.runs[0].time_s.size() == samples.time_s.size());
  CHECK(repaired.runs[0].gyroscope_rad_s[100].allFinite());
  CHECK(repaired.runs[0].magnetometer_uT[300].isZero(0.0));
  for (Eigen::Vector3d& g : samples.gyroscope_rad_s) g.setConstant(kNaN);
  CHECK_THROWS_AS(repair(samples), core::InputError);
}

TEST_CASE("duplicate times are left out, and backward times and packet times are refused",
          "[imu]") {
  Samples samples = clean();
  for (std::size_t i = 101; i < 1000; i += 100) samples.time_s[i] = samples.time_s[i - 1];
  CHECK(repair(samples).report.duplicates == 9);
  for (const double step_s : {-1e-6, -0.005, -1.0, -100.0}) {
    Samples backward = clean();
    backward.time_s[500] = backward.time_s[499] + step_s;
    CHECK_THROWS_AS(repair(backward), core::InputError);
  }
  Samples bursts = clean();
  for (std::size_t i = 0; i < bursts.time_s.size(); ++i)
    bursts.time_s[i] = 0.05 * static_cast<double>(i / 5);
  CHECK_THROWS_AS(repair(bursts), core::InputError);
  samples.time_s[700] = kNaN;
  CHECK_THROWS_AS(repair(samples), core::InputError);
}

}  // namespace imu
