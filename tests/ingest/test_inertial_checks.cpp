#include <catch2/catch.hpp>
#include <functional>

#include "core/errors.h"
#include "core/units.h"
#include "imu/carried.h"
#include "ingest/inertial_checks.h"
#include "ingest/orientation_log.h"
#include "motion_log.h"

namespace {

using ingest::LogOptions;

/// What a log leads to: an error, or warnings.
struct Outcome {
  std::string error;
  std::string warnings;
  ingest::OrientationFacts facts;
};

Outcome import(const imu::Samples& samples, const std::function<void(LogOptions&)>& set = {}) {
  const test::TemporaryFolder folder;
  test::write_imu(folder / "imu.csv", samples);
  LogOptions options;
  options.imu = folder / "imu.csv";
  if (set) set(options);
  try {
    const ingest::OrientationLog log = ingest::read_orientation_log(options);
    Outcome outcome{"", "", log.facts};
    for (const std::string& warning : log.warnings) outcome.warnings += warning + "\n";
    return outcome;
  } catch (const core::InputError& error) {
    return {error.what(), "", {}};
  }
}

void trust(LogOptions& options) { options.trust_log = true; }

}  // namespace

TEST_CASE("a nine-axis log of a device that is carried about is imported without a doubt") {
  const Outcome good = import(test::carried(60.0, 60.0, 6.0, 1));
  INFO(good.error << good.warnings);
  CHECK(good.error.empty());
  CHECK(good.warnings.empty());
  REQUIRE(good.facts.filter->gyroscope_agreement.has_value());
  CHECK(*good.facts.filter->gyroscope_agreement > 0.99);
  CHECK(good.facts.imu->accelerometer_sign == "+ (assumed)");
}

TEST_CASE("a refusal names the fault, and a stated fact overrules it") {
  using ingest::AccelerometerUnit, ingest::GyroscopeUnit;
  const imu::Samples good = test::carried(60.0, 60.0, 2.0, 2);
  imu::Samples flipped = good;
  for (Eigen::Vector3d& g : flipped.gyroscope_rad_s) g.z() = -g.z();
  CHECK(test::says(import(flipped).error, "it would fit with axis z of the opposite sign"));
  CHECK(test::says(import(flipped, trust).warnings, "with axis z of the opposite sign"));
  const auto radians = [](LogOptions& o) { o.gyroscope_unit = GyroscopeUnit::kRadiansPerSecond; };
  CHECK(test::says(import(flipped, radians).error, "axis z"));  // the unit is not what is wrong

  imu::Samples degrees = good;
  for (Eigen::Vector3d& g : degrees.gyroscope_rad_s) g = core::radians_to_degrees(1.0) * g;
  CHECK(test::says(import(degrees).error, "state --gyro-unit deg/s"));
  CHECK(test::says(import(degrees, radians).warnings, "as degrees a second"));
  CHECK(import(degrees, [](LogOptions& o) {
          o.gyroscope_unit = GyroscopeUnit::kDegreesPerSecond;
        }).error.empty());
  const auto in_degrees = [](LogOptions& o) {
    o.gyroscope_unit = GyroscopeUnit::kDegreesPerSecond;
  };
  CHECK(test::says(import(good, in_degrees).warnings, "as radians a second"));

  imu::Samples gravities = good;
  for (Eigen::Vector3d& a : gravities.accelerometer_m_s2) a /= 9.80665;
  CHECK(test::says(import(gravities).error, "--acc-unit g"));
  CHECK(test::says(import(gravities).error, "--acc-sign -"));
  CHECK(test::says(import(gravities,
                          [](LogOptions& o) {
                            o.accelerometer_unit = AccelerometerUnit::kMetersPerSecondSquared;
                          })
                       .warnings,
                   "expected 9.8"));

  imu::Samples mirrored = good;
  for (Eigen::Vector3d& a : mirrored.accelerometer_m_s2) a.y() = -a.y();
  CHECK(test::says(import(mirrored).error,
                   "or if the accelerometer is read with axis y of the opposite sign"));
}

TEST_CASE("a negated accelerometer is noticed by the field, and --acc-sign states it") {
  imu::Samples negated = test::carried(60.0, 60.0, 2.0, 3);
  for (Eigen::Vector3d& a : negated.accelerometer_m_s2) a = -a;
  const Outcome found = import(negated);
  CHECK(test::says(found.warnings, "the magnetic field points up by 6"));
  CHECK(test::says(found.warnings, "--acc-sign -"));
  const Outcome stated = import(negated, [](LogOptions& o) { o.accelerations_negated = true; });
  CHECK_FALSE(test::says(stated.warnings, "field"));
  CHECK(stated.facts.imu->accelerometer_sign == "- (stated)");
  // South of the equator.
  const Outcome south = import(negated, [](LogOptions& o) { o.accelerations_negated = false; });
  CHECK_FALSE(test::says(south.warnings, "field"));
  CHECK(south.facts.imu->accelerometer_sign == "+ (stated)");
}

TEST_CASE("a heading that may drift is said") {
  imu::Samples slow = test::carried(120.0, 5.0, 0.0, 4);
  for (Eigen::Vector3d& g : slow.gyroscope_rad_s) g += Eigen::Vector3d(0.0, 0.0, 0.0087);
  for (Eigen::Vector3d& m : slow.magnetometer_uT) m.setZero();
  const Outcome found = import(slow);
  CHECK(test::says(found.warnings, "the heading may drift by 0."));
  CHECK(test::says(found.warnings, "device lie still for five seconds"));
  CHECK(found.facts.filter->heading_drift_deg_s > 0.2);
  CHECK(found.facts.filter->rest_s == 0.0);
}

TEST_CASE("an even turn about the vertical that passes for rest is said when the device stops") {
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> q;
  for (double t = 0.0; t <= 61.0; t += 0.01) {
    time_s.push_back(t);
    const double turned = core::degrees_to_radians(1.5) * std::min(t, 30.0);
    q.push_back(so3::exp(Eigen::Vector3d(0.0, 0.0, turned)));
  }
  imu::Samples samples = imu::synthesize(so3::Track(time_s, q), 60.0, imu::sensor_model("ideal"),
                                         core::RandomStream(1, core::Purpose::kImu, 0));
  // With the magnetometer it is no rest.
  CHECK_FALSE(test::says(import(samples).warnings, "bias at rest differs"));
  for (Eigen::Vector3d& m : samples.magnetometer_uT) m.setZero();
  CHECK(test::says(import(samples).warnings, "bias at rest differs by 1."));
}
