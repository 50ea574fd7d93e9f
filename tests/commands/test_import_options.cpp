#include <catch2/catch.hpp>
#include <functional>

#include "commands/import_options.h"
#include "core/errors.h"
#include "temporary_folder.h"

namespace {

using commands::ImportOptions;

ImportOptions valid_options() {
  ImportOptions options;
  options.audio = {"a.wav"};
  options.pose = "pose.csv";
  return options;
}

}  // namespace

TEST_CASE("texts of the import's options become typed options") {
  ImportOptions options = valid_options();
  options.quat_order = "xyzw";
  options.euler_order = "zxy";
  options.angle_unit = "rad";
  options.time_unit = "us";
  options.gyro_unit = "deg/s";
  options.acc_unit = "g";
  options.filter = "vqf-live";
  options.up = "-y";
  options.acc_sign = "-";
  options.trust_log = true;
  options.on_nan = "mask";
  options.mounting = {0.0, 1.0, 0.0, 0.0};
  options.time_offset = "-1.5";
  options.time_drift_ppm = 50.0;
  options.intervals = "changes";
  const ingest::Options typed = to_ingest_options(options);
  CHECK(typed.mask_not_finite);
  CHECK(typed.log.quaternion_order == ingest::QuaternionOrder::kXyzw);
  CHECK(typed.log.euler_order ==
        ingest::EulerOrder{ingest::Axis::kZ, ingest::Axis::kX, ingest::Axis::kY});
  CHECK(typed.log.angle_unit == ingest::AngleUnit::kRadians);
  CHECK(typed.log.time_unit == formats::TimeUnit::kMicroseconds);
  CHECK_FALSE(typed.log.frame_rate_hz.has_value());
  CHECK(typed.log.gyroscope_unit == ingest::GyroscopeUnit::kDegreesPerSecond);
  CHECK(typed.log.accelerometer_unit == ingest::AccelerometerUnit::kStandardGravity);
  CHECK(typed.log.filter == ingest::OrientationFilter::kLive);
  REQUIRE(typed.log.up.has_value());
  CHECK(name_of(*typed.log.up) == "-y");
  CHECK(typed.log.accelerations_negated == true);
  CHECK(typed.log.trust_log);
  CHECK(typed.log.q_sensor_array.x() == 1.0);
  CHECK(typed.clock.rule == ingest::ClockRule::kStated);
  CHECK(typed.clock.offset_s == -1.5);
  CHECK(typed.clock.drift == Approx(5e-5));
  CHECK(typed.intervals.rule == ingest::IntervalRule::kChanges);
}

TEST_CASE(
    "the rules for clock and intervals are read from their words, and other texts name a file of "
    "intervals") {
  ImportOptions options = valid_options();
  using ingest::ClockRule, ingest::IntervalRule;
  for (const auto& [text, rule] : {std::pair{"start", ClockRule::kStart},
                                   {"taps", ClockRule::kTaps},
                                   {"auto", ClockRule::kAgreement}}) {
    options.time_offset = text;
    CHECK(to_ingest_options(options).clock.rule == rule);
  }
  const test::TemporaryFolder folder;
  const std::string rows = (folder / "rows.csv").string();
  test::write_bytes(rows, "start_s,end_s\n0,1\n");
  for (const auto& [text, rule] :
       {std::pair<std::string, IntervalRule>{"silence", IntervalRule::kSilence},
        {"segments", IntervalRule::kSegments},
        {"whole", IntervalRule::kWhole},
        {rows, IntervalRule::kFile}}) {
    options.intervals = text;
    CHECK(to_ingest_options(options).intervals.rule == rule);
  }
  CHECK(to_ingest_options(options).intervals.file == rows);
}

TEST_CASE("a text that an import option does not know is refused by the name of the option") {
  struct BadCase {
    const char* option;
    std::function<void(ImportOptions&)> set;
  };
  const std::vector<BadCase> cases = {
      {"--audio", [](ImportOptions& o) { o.audio.clear(); }},
      {"--pose", [](ImportOptions& o) { o.pose.clear(); }},
      {"--quat-order", [](ImportOptions& o) { o.quat_order = "zxyw"; }},
      {"--euler-order", [](ImportOptions& o) { o.euler_order = "zy"; }},
      {"--euler-order", [](ImportOptions& o) { o.euler_order = "zyy"; }},
      {"--angle-unit", [](ImportOptions& o) { o.angle_unit = "grad"; }},
      {"--time-unit", [](ImportOptions& o) { o.time_unit = "h"; }},
      {"--gyro-unit", [](ImportOptions& o) { o.gyro_unit = "rpm"; }},
      {"--acc-unit", [](ImportOptions& o) { o.acc_unit = "G"; }},
      {"--filter", [](ImportOptions& o) { o.filter = "kalman"; }},
      {"--up", [](ImportOptions& o) { o.up = "z"; }},
      {"--up",
       [](ImportOptions& o) {
         o.pose.clear();
         o.imu = "imu.csv";
         o.up = "+y";
       }},
      {"--acc-sign", [](ImportOptions& o) { o.acc_sign = "minus"; }},
      {"--on-nan", [](ImportOptions& o) { o.on_nan = "ignore"; }},
      {"--mounting",
       [](ImportOptions& o) {
         o.mounting = {1.0, 0.0, 0.0};
       }},
      {"--mounting",
       [](ImportOptions& o) {
         o.mounting = {1.0, 1.0, 0.0, 0.0};
       }},
      {"--time-offset", [](ImportOptions& o) { o.time_offset = "soon"; }},
      {"--time-offset", [](ImportOptions& o) { o.time_offset = "inf"; }},
      {"--time-offset", [](ImportOptions& o) { o.time_offset = "1 s"; }},
      {"--time-drift", [](ImportOptions& o) { o.time_drift_ppm = 2e4; }},
      {"--max-offset", [](ImportOptions& o) { o.max_offset_s = 0.0; }},
      {"--max-gap", [](ImportOptions& o) { o.max_gap_s = -1.0; }},
      {"--segment", [](ImportOptions& o) { o.segment_s = 0.0; }},
      {"--min-interval", [](ImportOptions& o) { o.min_interval_s = 6.0; }},
      {"--silence", [](ImportOptions& o) { o.silence_s = 0.0; }},
      {"--rate", [](ImportOptions& o) { o.rate_hz = 100.0; }},
      {"--model", [](ImportOptions& o) { o.model = "m.h5"; }},
  };
  for (const BadCase& bad : cases) {
    INFO(bad.option);
    ImportOptions options = valid_options();
    bad.set(options);
    try {
      to_ingest_options(options);
      FAIL_CHECK("was accepted");
    } catch (const core::UsageError& error) {
      CHECK_THAT(error.what(), Catch::Contains(bad.option));
    }
  }
}
