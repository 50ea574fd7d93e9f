#include "ingest/facts.h"

namespace ingest {
namespace {

using nlohmann::json;

json to_json(const AudioFacts& facts) {
  json channels = json::array();
  for (std::size_t i = 0; i < facts.channel.size(); ++i) {
    const ChannelFacts& c = facts.channel[i];
    channels.push_back({{"number", facts.numbers[i] + 1},
                        {"rms", c.rms},
                        {"peak", c.peak},
                        {"mean", c.mean},
                        {"clipped", c.clipped},
                        {"not_finite", c.not_finite}});
  }
  json left_out = json::array();
  for (const LeftOutChannel& c : facts.left_out) {
    left_out.push_back({{"number", c.number}, {"reason", c.reason}});
  }
  json object = {{"file", facts.file},          {"rate_hz", facts.rate_hz},
                 {"seconds", facts.duration_s}, {"channels", channels},
                 {"dropouts", facts.dropouts},  {"dropouts_s", facts.dropouts_s},
                 {"masked_s", facts.masked_s},  {"loud_over_floor_db", facts.loud_over_floor_db},
                 {"left_out", left_out}};
  if (facts.files.size() > 1) object["files"] = facts.files;
  return object;
}

json to_json(const PoseFacts& facts) {
  return {{"file", facts.file},
          {"time", facts.time},
          {"read_as", facts.read_as},
          {"sense", facts.inverse ? "world to sensor (stated)" : "sensor to world (assumed)"},
          {"samples", facts.samples},
          {"step_s", facts.step_s},
          {"duplicates", facts.duplicates},
          {"missing", facts.missing},
          {"gaps", facts.gaps},
          {"longest_gap_s", facts.longest_gap_s},
          {"up", facts.up}};
}

json to_json(const InertialFacts& facts) {
  json object = {{"imu_file", facts.file},
                 {"time", facts.time},
                 {"gyroscope_unit", facts.gyroscope_unit},
                 {"accelerometer_unit", facts.accelerometer_unit},
                 {"accelerometer_sign", facts.accelerometer_sign},
                 {"axes", facts.axes},
                 {"samples", facts.repair.samples},
                 {"step_s", facts.repair.step_s},
                 {"jitter_s", facts.repair.jitter_s},
                 {"duplicates", facts.repair.duplicates},
                 {"missing", facts.repair.not_finite},
                 {"interpolated", facts.repair.interpolated},
                 {"gaps", facts.repair.gaps},
                 {"longest_gap_s", facts.repair.longest_gap_s}};
  if (!facts.read_as.empty()) object["imu_read_as"] = facts.read_as;
  if (facts.unnamed) {
    object["imu_columns"] = "time, gyroscope, accelerometer[, magnetometer] (assumed: no names)";
  }
  return object;
}

/// Beside orientations the inertial file is an object of its own; alone it is the log.
json to_json(const OrientationFacts& facts) {
  json object = json::object();
  if (facts.pose) object = to_json(*facts.pose);
  if (facts.imu && facts.pose) object["imu"] = to_json(*facts.imu);
  if (facts.imu && !facts.pose) object.update(to_json(*facts.imu));
  if (facts.filter) {
    const bool live = facts.filter->filter == OrientationFilter::kLive;
    object["filter"] = live ? "VQF, live" : "VQF, offline";
    object["gravity_m_s2"] = facts.filter->gravity_m_s2;
    const auto& agreement = facts.filter->gyroscope_agreement;
    object["gyroscope_agrees_with_accelerometer"] =
        agreement ? json(*agreement) : json("not compared");
    object["rest_s"] = facts.filter->rest_s;
    object["heading_drift_deg_s"] = facts.filter->heading_drift_deg_s;
  }
  if (facts.comparison) {
    object["gyroscope_residual"] = facts.comparison->residual;
    object["gyroscope_rate_ratio"] = facts.comparison->rate_ratio;
  }
  return object;
}

json to_json(const ClockFacts& facts) {
  json object = {{"method", facts.method},
                 {"offset_s", facts.clock.offset_s},
                 {"drift_ppm", facts.clock.drift * 1e6},
                 {"log_start_s", facts.log_start_s}};
  if (facts.guessed_start) {
    object["guess"] = "the log's times lie outside the recording: taken to start with it";
  }
  if (facts.taps) {
    object["taps"] = facts.taps->matched;
    object["taps_at_runner_up"] = facts.taps->runner_up;
    object["residual_s"] = facts.taps->residual_s;
  }
  if (facts.agreement) {
    object["agreement"] = facts.agreement->agreement;
    object["ordinary_agreement"] = facts.agreement->ordinary_agreement;
    object["standard_error_s"] = facts.agreement->standard_error_s;
    object["flat"] = facts.agreement->flat;
    if (facts.agreement->drift_standard_error) {
      object["drift_standard_error_ppm"] = *facts.agreement->drift_standard_error * 1e6;
    }
  }
  return object;
}

json to_json(const HeadingFacts& facts) {
  json resets = json::array();
  for (const HeadingResetFacts& reset : facts.reset) {
    resets.push_back({{"time_s", reset.time_s}, {"size_deg", reset.size_deg}});
  }
  return {{"method", facts.method},
          {"corrected", facts.corrected},
          {"still", facts.still},
          {"directions", facts.directions},
          {"agreement", facts.agreement},
          {"direction_error_deg", facts.direction_error_deg},
          {"drift_deg", facts.drift_deg},
          {"correction_sd_deg", facts.correction_sd_deg},
          {"leak_per_s", facts.leak_per_s},
          {"leak_sd_per_s", facts.leak_sd_per_s},
          {"scale", facts.scale},
          {"scale_sd", facts.scale_sd},
          {"resets", resets}};
}

}  // namespace

nlohmann::json to_json(const RecordingFacts& facts) {
  json object = {{"audio", to_json(facts.audio)},
                 {"orientation", to_json(facts.orientation)},
                 {"clock", to_json(facts.clock)},
                 {"without_orientation_s", facts.loss.without_orientation_s},
                 {"masked_s", facts.loss.masked_s},
                 {"too_short", facts.loss.too_short},
                 {"intervals", facts.intervals}};
  if (facts.changes) {
    object["changes"] = {{"method", facts.changes->method}, {"changes", facts.changes->changes}};
  }
  if (facts.heading) object["heading"] = to_json(*facts.heading);
  return object;
}

}  // namespace ingest
