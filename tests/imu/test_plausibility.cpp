#include <Eigen/LU>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <set>

#include "broad.h"
#include "carried.h"
#include "core/units.h"
#include "imu/plausibility.h"

namespace imu {
namespace {

using Mistake = std::function<Eigen::Vector3d(const Eigen::Vector3d&)>;

Samples with_gyroscope(Samples samples, const Mistake& mistake) {
  for (Eigen::Vector3d& g : samples.gyroscope_rad_s) g = mistake(g);
  return samples;
}

Samples with_accelerometer(Samples samples, const Mistake& mistake) {
  for (Eigen::Vector3d& a : samples.accelerometer_m_s2) a = mistake(a);
  return samples;
}

/// Name of the reading that fits; empty: the stated one does.
std::string finding(const Samples& samples, bool stated_degrees = false) {
  const PlausibilityReport report = check_plausibility(samples, stated_degrees);
  return report.better ? report.better->reading.name : "";
}

struct NamedMistake {
  const char* name;
  Mistake make;
  bool stated_degrees = false;
};

const std::vector<NamedMistake>& mistakes() {
  using Vector = Eigen::Vector3d;
  const double degree = core::degrees_to_radians(1.0);
  static const std::vector<NamedMistake> all = {
      {"as degrees a second", [=](const Vector& g) { return Vector(g / degree); }},
      {"as radians a second", [=](const Vector& g) { return Vector(g * degree); }, true},
      {"of the opposite sign", [](const Vector& g) { return Vector(-g); }},
      {"with axis x of the opposite sign",
       [](const Vector& g) { return Vector(-g.x(), g.y(), g.z()); }},
      {"with axis z of the opposite sign",
       [](const Vector& g) { return Vector(g.x(), g.y(), -g.z()); }},
      {"with axes x and y of the opposite sign",
       [](const Vector& g) { return Vector(-g.x(), -g.y(), g.z()); }},
      {"with axes x and y exchanged", [](const Vector& g) { return Vector(g.y(), g.x(), g.z()); }},
      {"with axes y and z exchanged", [](const Vector& g) { return Vector(g.x(), g.z(), g.y()); }},
      {"with its columns read as (z, x, y)",  // the inverse of the shift
       [](const Vector& g) { return Vector(g.y(), g.z(), g.x()); }},
      {"as degrees a second, with axis z of the opposite sign",
       [=](const Vector& g) { return Vector(Vector(g.x(), g.y(), -g.z()) / degree); }},
  };
  return all;
}

}  // namespace

TEST_CASE("all readings are different, and the stated one is the first", "[imu]") {
  const std::vector<GyroscopeReading> readings = gyroscope_readings(false);
  REQUIRE(readings.size() == 96);
  CHECK(readings.front().name.empty());
  CHECK(readings.front().axes_as_stated());
  std::set<std::string> names;
  for (const GyroscopeReading& reading : readings) {
    names.insert(reading.name);
    CHECK(std::abs(reading.axes.determinant()) == 1.0);
    CHECK(reading.accelerometer_name.empty() ==
          (reading.axes.determinant() < 0.0 || reading.scale != 1.0 || reading.axes_as_stated()));
  }
  CHECK(names.size() == 96);
}

TEST_CASE("a device that is carried about quickly is never refused", "[imu]") {
  for (const double rms_m_s2 : {0.0, 3.0, 5.0, 8.0}) {
    for (const double mean_deg_s : {20.0, 60.0, 120.0}) {
      for (std::uint32_t seed = 0; seed < 4; ++seed) {
        const PlausibilityReport report =
            check_plausibility(test::carried(40.0, mean_deg_s, rms_m_s2, seed), false);
        INFO(rms_m_s2 << " m/s^2 on each axis, " << mean_deg_s << " degrees a second, seed " << seed
                      << ": agreement " << report.agreement);
        CHECK_FALSE(report.better);
        CHECK_FALSE(report.doubtful);
        CHECK(report.agreement > 0.99);
        CHECK(report.gravity_known);
        CHECK(report.gravity_m_s2 == Approx(9.81).margin(0.6));
      }
    }
  }
}

TEST_CASE("a device that is swung at arm's length is not refused", "[imu]") {
  // The centripetal acceleration, 20 m/s^2, stays in the sensor's frame, as gravity would if the
  // device did not turn. A comparison of mean lengths took 10 of 10 such logs for degrees a second.
  for (const double mean_deg_s : {60.0, 200.0, 300.0}) {
    for (std::uint32_t seed = 0; seed < 5; ++seed) {
      const PlausibilityReport report =
          check_plausibility(test::swung(40.0, mean_deg_s, 0.7, seed), false);
      INFO(mean_deg_s << " degrees a second, seed " << seed << ": " << report.agreement);
      CHECK_FALSE(report.better);
      CHECK(report.agreement > kDoubtfulAgreement);
    }
  }
}

TEST_CASE("a wrong unit, order or sign of the gyroscope has its name, also of a device in a hurry",
          "[imu]") {
  for (const double rms_m_s2 : {0.0, 6.0}) {
    const Samples samples = test::carried(40.0, 60.0, rms_m_s2, 5);
    CHECK(finding(samples).empty());
    for (const NamedMistake& mistake : mistakes()) {
      INFO(mistake.name << ", " << rms_m_s2 << " m/s^2");
      CHECK(finding(with_gyroscope(samples, mistake.make), mistake.stated_degrees) == mistake.name);
    }
  }
}

TEST_CASE("mistakes of the accelerometer's axes", "[imu]") {
  const Samples samples = test::carried(40.0, 60.0, 3.0, 6);
  const PlausibilityReport flipped = check_plausibility(
      with_accelerometer(
          samples, [](const Eigen::Vector3d& a) { return Eigen::Vector3d(a.x(), -a.y(), a.z()); }),
      false);
  REQUIRE(flipped.better);
  CHECK(flipped.better->reading.accelerometer_name == "with axis y of the opposite sign");
  // Gravity turns as it should, only up is down: nothing to see here.
  CHECK(finding(with_accelerometer(samples, [](const Eigen::Vector3d& a) {
          return Eigen::Vector3d(-a);
        })).empty());
}

TEST_CASE("gravity in other units, and gravity that was removed", "[imu]") {
  const Samples samples = test::carried(40.0, 60.0, 3.0, 7);
  const PlausibilityReport in_g = check_plausibility(
      with_accelerometer(samples,
                         [](const Eigen::Vector3d& a) { return Eigen::Vector3d(a / 9.81); }),
      false);
  CHECK(in_g.gravity_known);
  CHECK(in_g.gravity_m_s2 == Approx(1.0).margin(0.03));
  CHECK(in_g.agreement > 0.99);
  Samples removed = samples;
  core::RandomStream random(8, core::Purpose::kTest, 0);
  const so3::Track still({0.0, 50.0},
                         {Eigen::Quaterniond::Identity(), Eigen::Quaterniond::Identity()});
  for (Eigen::Vector3d& a : removed.accelerometer_m_s2) a.setZero();
  test::carry(still, 1.0, random, removed);
  CHECK_FALSE(check_plausibility(removed, false).gravity_known);
}

TEST_CASE("a device that does not tilt gives no agreement, and no refusal", "[imu]") {
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> q;
  for (double t = 0.0; t <= 41.0; t += 0.01) {
    time_s.push_back(t);
    q.push_back(so3::exp(Eigen::Vector3d(0.0, 0.0, t)));
  }
  const so3::Track track(time_s, q);
  core::RandomStream random(3, core::Purpose::kTest, 0);
  Samples samples = synthesize(track, 40.0, sensor_model("consumer"),
                               core::RandomStream(3, core::Purpose::kImu, 0));
  test::carry(track, 4.0, random, samples);
  for (const double sign : {1.0, -1.0}) {
    const PlausibilityReport report = check_plausibility(
        with_gyroscope(samples,
                       [&](const Eigen::Vector3d& g) { return Eigen::Vector3d(sign * g); }),
        false);
    CHECK_FALSE(report.enough);
    CHECK_FALSE(report.better);
    CHECK(report.gravity_m_s2 == Approx(9.81).margin(0.6));
  }
}

TEST_CASE("BROAD's recordings fit, and every mistake made in them is named", "[imu]") {
  const std::vector<std::filesystem::path> files = test::broad_files();
  if (files.empty()) {
    WARN("CSL_TEST_DATA/broad is not there: nothing is checked on recordings");
    return;
  }
  for (const std::filesystem::path& path : files) {
    const test::BroadTrial trial = test::read_broad(path);
    const PlausibilityReport report = check_plausibility(trial.samples, false);
    INFO(trial.name << ": agreement " << report.agreement);
    CHECK_FALSE(report.better);
    CHECK(report.agreement > 0.995);
    if (!report.enough) continue;  // the slow translation does not tilt
    for (const NamedMistake& mistake : mistakes()) {
      INFO(mistake.name);
      CHECK(finding(with_gyroscope(trial.samples, mistake.make), mistake.stated_degrees) ==
            mistake.name);
    }
  }
}

}  // namespace imu
