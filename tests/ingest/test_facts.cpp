#include <catch2/catch.hpp>

#include "ingest/facts.h"

using nlohmann::json;

namespace {

ingest::AudioFacts audio() {
  ingest::AudioFacts facts{"a.wav", 48000.0,         2.0,      {}, 1, 0.25, 0.5, 40.0,
                           {2},     {{5, "silent"}}, {"a.wav"}};
  facts.channel = {{0.1, 0.5, 0.01, 3, 2, 77}};
  return facts;
}

ingest::InertialFacts inertial() {
  ingest::InertialFacts facts;
  facts.file = "imu.csv";
  facts.time = "column 1 in s";
  facts.axes = 9;
  facts.repair = {200, 1, 2, 3, 4, 0.5, 0.01, 0.001};
  return facts;
}

json inertial_json() {
  return json::parse(
      R"json({"imu_file": "imu.csv", "time": "column 1 in s", "gyroscope_unit": "rad/s",
    "accelerometer_unit": "m/s2", "accelerometer_sign": "+ (assumed)", "axes": 9, "samples": 200, "step_s": 0.01, "jitter_s": 0.001,
    "duplicates": 1, "missing": 2, "interpolated": 3, "gaps": 4, "longest_gap_s": 0.5})json");
}

}  // namespace

TEST_CASE("the report states audio, orientations and clock of a recording under fixed keys") {
  ingest::RecordingFacts facts;
  facts.audio = audio();
  facts.orientation.pose =
      ingest::PoseFacts{"p.csv", "column 1 in ms", "quaternions", false, 9, 0.01, 1, 2, 3, 0.5};
  facts.orientation.imu = inertial();
  facts.orientation.comparison = ingest::ComparisonFacts{0.25, 1.5};
  facts.clock = {"stated", false, {0.5, 2.5e-4}, {}, {}, 0.75};
  facts.loss = {1.5, 0.25, 2};
  facts.intervals = 3;
  json expected = json::parse(R"json({
    "audio": {"file": "a.wav", "rate_hz": 48000.0, "seconds": 2.0, "dropouts": 1,
      "dropouts_s": 0.25, "masked_s": 0.5, "loud_over_floor_db": 40.0, "channels":
      [{"number": 3, "rms": 0.1, "peak": 0.5, "mean": 0.01, "clipped": 3, "not_finite": 2}],
      "left_out": [{"number": 5, "reason": "silent"}]},
    "orientation": {"file": "p.csv", "time": "column 1 in ms", "read_as": "quaternions",
      "sense": "sensor to world (assumed)", "samples": 9, "step_s": 0.01, "duplicates": 1,
      "missing": 2, "gaps": 3, "longest_gap_s": 0.5, "up": "+z (assumed)", "gyroscope_residual": 0.25,
      "gyroscope_rate_ratio": 1.5},
    "clock": {"method": "stated", "offset_s": 0.5, "drift_ppm": 250.0, "log_start_s": 0.75},
    "without_orientation_s": 1.5, "masked_s": 0.25, "too_short": 2, "intervals": 3})json");
  expected["orientation"]["imu"] = inertial_json();
  CHECK(to_json(facts) == expected);
}

TEST_CASE("the report states a filtered inertial log as the orientation itself") {
  ingest::RecordingFacts facts;
  facts.orientation.imu = inertial();
  facts.orientation.imu->unnamed = true;
  facts.orientation.filter =
      ingest::FilterFacts{ingest::OrientationFilter::kLive, 9.75, 0.5, 12.0, 0.25};
  json expected = inertial_json();
  expected["imu_columns"] = "time, gyroscope, accelerometer[, magnetometer] (assumed: no names)";
  expected["filter"] = "VQF, live";
  expected["gravity_m_s2"] = 9.75;
  expected["gyroscope_agrees_with_accelerometer"] = 0.5;
  expected["rest_s"] = 12.0;
  expected["heading_drift_deg_s"] = 0.25;
  CHECK(to_json(facts)["orientation"] == expected);
  facts.orientation.filter->gyroscope_agreement.reset();
  expected["gyroscope_agrees_with_accelerometer"] = "not compared";
  CHECK(to_json(facts)["orientation"] == expected);
}

TEST_CASE("searches of the clock and of changes add their own keys") {
  ingest::RecordingFacts facts;
  facts.clock.method = "taps";
  facts.clock.guessed_start = true;
  facts.clock.taps = imu::TapMatch{{}, 7, 2, 0.125, true};
  CHECK(to_json(facts)["clock"] ==
        json::parse(R"({"method": "taps", "offset_s": 0.0, "drift_ppm": 0.0,
          "log_start_s": 0.0, "taps": 7,
          "taps_at_runner_up": 2, "residual_s": 0.125,
          "guess": "the log's times lie outside the recording: taken to start with it"})"));
  facts.clock = {"agreement", false, {}, {}, ingest::AgreementFacts{0.5, 0.25, 0.125, {}, true},
                 0.0};
  json agreement = json::parse(R"({"method": "agreement", "offset_s": 0.0, "drift_ppm": 0.0,
    "log_start_s": 0.0,
    "agreement": 0.5, "ordinary_agreement": 0.25, "standard_error_s": 0.125, "flat": true})");
  CHECK(to_json(facts)["clock"] == agreement);
  facts.clock.agreement->drift_standard_error = 0.5;
  agreement["drift_standard_error_ppm"] = 0.5e6;
  CHECK(to_json(facts)["clock"] == agreement);
  CHECK_FALSE(to_json(facts).contains("changes"));
  facts.changes = ingest::ChangesFacts{"directions of a model", 4};
  CHECK(to_json(facts)["changes"] ==
        json::parse(R"({"method": "directions of a model", "changes": 4})"));
}
