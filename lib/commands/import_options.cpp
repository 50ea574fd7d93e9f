#include "commands/import_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/errors.h"
#include "core/files.h"
#include "core/parse.h"

namespace commands {
namespace {

namespace fs = std::filesystem;

/// The meaning of each text that an option accepts.
template <typename T>
using Choices = std::initializer_list<std::pair<const char*, T>>;

/// The meaning of an option's text. @throws core::UsageError
/// @param expected  the accepted texts, for the message
template <typename T>
T choose(const std::string& option, const std::string& text, const char* expected,
         Choices<T> choices) {
  for (const auto& [name, value] : choices) {
    if (text == name) return value;
  }
  throw core::UsageError(fmt::format("{}: expected {}, found \"{}\"", option, expected, text));
}

/// The same for an option that need not be stated.
template <typename T>
std::optional<T> choose_if_stated(const std::string& option, const std::string& text,
                                  const char* expected, Choices<T> choices) {
  if (text.empty()) return std::nullopt;
  return choose(option, text, expected, choices);
}

std::optional<ingest::EulerOrder> euler_order(const std::string& text) {
  if (text.empty()) return std::nullopt;
  std::string axes = text;
  std::sort(axes.begin(), axes.end());
  core::require(axes == "xyz",
                "--euler-order: expected x, y and z in some order, found \"" + text + "\"");
  ingest::EulerOrder order{};
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = static_cast<ingest::Axis>(text[i] - 'x');
  }
  return order;
}

std::optional<ingest::UpAxis> up_axis(const std::string& text) {
  using ingest::Axis, ingest::UpAxis;
  return choose_if_stated<UpAxis>("--up", text, "+z, -z, +y, -y, +x or -x",
                                  {{"+z", {Axis::kZ, false}},
                                   {"-z", {Axis::kZ, true}},
                                   {"+y", {Axis::kY, false}},
                                   {"-y", {Axis::kY, true}},
                                   {"+x", {Axis::kX, false}},
                                   {"-x", {Axis::kX, true}}});
}

Eigen::Quaterniond mounting(const std::vector<double>& wxyz) {
  const double norm = wxyz.size() == 4 ? Eigen::Vector4d(wxyz.data()).norm() : 0.0;
  core::require(std::abs(norm - 1.0) < 0.01, "--mounting: expected a unit quaternion w,x,y,z");
  return {wxyz[0], wxyz[1], wxyz[2], wxyz[3]};
}

ingest::LogOptions log_options(const ImportOptions& o) {
  using ingest::OrientationFilter;
  ingest::LogOptions log = to_log_options(o, o);
  log.pose = o.pose;
  log.imu = o.imu;
  log.imu_beside = o.imu_beside;
  log.filter = choose<OrientationFilter>(
      "--filter", o.filter, "vqf or vqf-live",
      {{"vqf", OrientationFilter::kOffline}, {"vqf-live", OrientationFilter::kLive}});
  log.up = up_axis(o.up);
  core::require(o.max_gap_s >= 0.0 && o.max_gap_s <= 10.0, "--max-gap: expected 0 to 10 s");
  log.max_gap_s = o.max_gap_s;
  return log;
}

/// Compares names by their numbers: mic2 before mic10.
bool before_by_number(const fs::path& left, const fs::path& right) {
  const std::string a = left.string();
  const std::string b = right.string();
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (!is_digit(a[i]) || !is_digit(b[j])) {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
      continue;
    }
    const auto number = [&](const std::string& text, std::size_t& at) {
      while (at + 1 < text.size() && text[at] == '0' && is_digit(text[at + 1])) ++at;
      const std::size_t begin = at;
      while (at < text.size() && is_digit(text[at])) ++at;
      return text.substr(begin, at - begin);
    };
    const std::string x = number(a, i);
    const std::string y = number(b, j);
    if (x.size() != y.size()) return x.size() < y.size();
    if (x != y) return x < y;
  }
  return a.size() - i < b.size() - j;
}

/// The files that --audio names. A name that a file has is that file, also with a comma in it.
std::vector<fs::path> audio_files(const std::vector<std::string>& values) {
  std::vector<fs::path> files;
  for (const std::string& value : values) {
    std::size_t at = 0;
    while (at <= value.size()) {
      const bool exists = at == 0 && fs::exists(value);
      const std::string part = exists ? value : value.substr(at, value.find(',', at) - at);
      at += part.size() + 1;
      std::vector<fs::path> matches{part};
      if (!fs::exists(part) && part.find_first_of("*?[") != std::string::npos) {
        matches = core::expand_inputs({part});
        std::stable_sort(matches.begin(), matches.end(), before_by_number);
      }
      files.insert(files.end(), matches.begin(), matches.end());
    }
  }
  return files;
}

ingest::ClockOptions clock_options(const ImportOptions& o) {
  using ingest::ClockRule;
  ingest::ClockOptions clock;
  if (o.time_offset == "start") {
    clock.rule = ClockRule::kStart;
  } else if (o.time_offset == "taps") {
    clock.rule = ClockRule::kTaps;
  } else if (o.time_offset == "auto") {
    clock.rule = ClockRule::kAgreement;
  } else {
    const std::optional<double> seconds = core::parse_number(o.time_offset);
    core::require(seconds && std::isfinite(*seconds),
                  fmt::format("--time-offset: expected seconds, start, taps or auto, found \"{}\"",
                              o.time_offset));
    clock.offset_s = *seconds;
  }
  core::require(o.max_offset_s > 0.0 && o.max_offset_s <= 600.0,
                "--max-offset: expected above 0 to 600 s");
  clock.max_offset_s = o.max_offset_s;
  core::require(std::abs(o.time_drift_ppm) <= 1e4, "--time-drift: expected -10000 to 10000 ppm");
  clock.drift = o.time_drift_ppm * 1e-6;
  return clock;
}

ingest::IntervalOptions interval_options(const ImportOptions& o) {
  using ingest::IntervalRule;
  ingest::IntervalOptions intervals;
  intervals.rule = IntervalRule::kFile;
  for (const auto& [name, rule] : Choices<IntervalRule>{{"silence", IntervalRule::kSilence},
                                                        {"changes", IntervalRule::kChanges},
                                                        {"segments", IntervalRule::kSegments},
                                                        {"whole", IntervalRule::kWhole}}) {
    if (o.intervals == name) intervals.rule = rule;
  }
  if (intervals.rule == IntervalRule::kFile) {
    intervals.file = o.intervals;
    if (!std::filesystem::is_regular_file(intervals.file)) {
      throw core::InputError(fmt::format(
          "--intervals: expected silence, changes, segments, whole or a CSV file; {}: no such file",
          o.intervals));
    }
  }
  core::require(o.segment_s > 0.0 && o.segment_s <= 3600.0,
                "--segment: expected above 0 to 3600 s");
  core::require(o.min_interval_s > 0.0 && o.min_interval_s <= o.segment_s,
                "--min-interval: expected above 0 and at most --segment");
  core::require(o.silence_s >= 0.02 && o.silence_s <= 60.0, "--silence: expected 0.02 to 60 s");
  intervals.max_length_s = o.segment_s;
  intervals.min_length_s = o.min_interval_s;
  intervals.silence_s = o.silence_s;
  return intervals;
}

}  // namespace

formats::LogReading to_log_reading(const LogTexts& texts) {
  using formats::AngleUnit, formats::QuaternionOrder, formats::TimeUnit;
  formats::LogReading log;
  log.columns = formats::read_stated_columns(texts.columns);
  log.body = texts.body;
  log.quaternion_order = choose_if_stated<QuaternionOrder>(
      "--quat-order", texts.quat_order, "wxyz or xyzw",
      {{"wxyz", QuaternionOrder::kWxyz}, {"xyzw", QuaternionOrder::kXyzw}});
  log.euler_order = euler_order(texts.euler_order);
  log.angle_unit =
      choose_if_stated<AngleUnit>("--angle-unit", texts.angle_unit, "deg or rad",
                                  {{"deg", AngleUnit::kDegrees}, {"rad", AngleUnit::kRadians}});
  log.time_unit = choose_if_stated<TimeUnit>("--time-unit", texts.time_unit, "s, ms, us or ns",
                                             {{"s", TimeUnit::kSeconds},
                                              {"ms", TimeUnit::kMilliseconds},
                                              {"us", TimeUnit::kMicroseconds},
                                              {"ns", TimeUnit::kNanoseconds}});
  if (texts.frame_rate_hz > 0.0) log.frame_rate_hz = texts.frame_rate_hz;
  log.inverse = texts.inverse;
  return log;
}

nlohmann::json ImportOptions::to_json() const {
  const auto name = [](const fs::path& path) { return path.filename().string(); };
  std::vector<std::string> files, beside;
  for (const std::string& file : audio) files.push_back(name(file));
  for (const fs::path& path : imu_beside) beside.push_back(name(path));
  return {{"audio", files.size() == 1 ? nlohmann::json(files.front()) : nlohmann::json(files)},
          {"channels", channels},
          {"salvage", salvage},
          {"snapshots", name(snapshots)},
          {"pose", name(pose)},
          {"imu", name(imu)},
          {"imu_beside", beside},
          {"columns", columns},
          {"body", body},
          {"intervals", name(intervals)},
          {"segment_s", segment_s},
          {"min_interval_s", min_interval_s},
          {"silence_s", silence_s},
          {"array", name(array)},
          {"time_offset", time_offset},
          {"time_drift_ppm", time_drift_ppm},
          {"max_offset_s", max_offset_s},
          {"model", name(model)},
          {"quat_order", quat_order},
          {"euler_order", euler_order},
          {"angle_unit", angle_unit},
          {"time_unit", time_unit},
          {"frame_rate_hz", frame_rate_hz},
          {"inverse", inverse},
          {"gyro_unit", gyro_unit},
          {"acc_unit", acc_unit},
          {"heading", heading},
          {"filter", filter},
          {"up", up},
          {"acc_sign", acc_sign},
          {"trust_log", trust_log},
          {"mounting", mounting},
          {"max_gap_s", max_gap_s},
          {"on_nan", on_nan},
          {"rate_hz", rate_hz}};
}

ingest::LogOptions to_log_options(const LogTexts& texts, const InertialTexts& inertial) {
  using ingest::AccelerometerUnit, ingest::GyroscopeUnit;
  ingest::LogOptions log;
  static_cast<formats::LogReading&>(log) = to_log_reading(texts);
  log.gyroscope_unit = choose_if_stated<GyroscopeUnit>(
      "--gyro-unit", inertial.gyro_unit, "rad/s or deg/s",
      {{"rad/s", GyroscopeUnit::kRadiansPerSecond}, {"deg/s", GyroscopeUnit::kDegreesPerSecond}});
  log.accelerometer_unit =
      choose_if_stated<AccelerometerUnit>("--acc-unit", inertial.acc_unit, "m/s2 or g",
                                          {{"m/s2", AccelerometerUnit::kMetersPerSecondSquared},
                                           {"g", AccelerometerUnit::kStandardGravity}});
  log.accelerations_negated = choose_if_stated<bool>("--acc-sign", inertial.acc_sign, "+ or -",
                                                     {{"+", false}, {"-", true}});
  log.trust_log = inertial.trust_log;
  log.q_sensor_array = mounting(inertial.mounting);
  return log;
}

ingest::AudioSource to_audio_source(const ImportOptions& o) {
  ingest::AudioSource source;
  source.files = audio_files(o.audio);
  core::require(!source.files.empty() && !source.files.front().empty(),
                "--audio: name the recording");
  for (std::size_t i = 0; i < source.files.size(); ++i) {
    core::require(source.files.size() == 1 || !fs::is_directory(source.files[i]),
                  "--audio: expected one folder, or files; found both or several folders");
    core::require(std::count(source.files.begin(), source.files.end(), source.files[i]) == 1,
                  "--audio: " + source.files[i].string() + " is named twice");
  }
  if (!o.channels.empty()) source.channels = ingest::parse_channels(o.channels);
  core::require(source.channels.empty() || source.channels.size() >= 2,
                "--channels: expected at least 2 channels, such as 1-4, found " + o.channels);
  if (o.salvage) source.wrong_size = io::WrongSize::kSalvage;
  return source;
}

ingest::LogOptions to_checked_log_options(const ImportOptions& o) {
  core::require(!o.pose.empty() || !o.imu.empty(),
                "give --pose (orientations) or --imu (inertial samples)");
  core::require(o.up.empty() || !o.pose.empty(),
                "--up: only orientations (--pose) have a world of their own; those computed from "
                "--imu have z up");
  core::require(std::abs(o.time_drift_ppm) <= 1e4, "--time-drift: expected -10000 to 10000 ppm");
  core::require(o.rate_hz >= 8000.0 && o.rate_hz <= 192000.0, "--rate: expected 8000 to 192000 Hz");
  core::require(o.segment_s > 0.0 && o.segment_s <= 3600.0,
                "--segment: expected above 0 to 3600 s");
  return log_options(o);
}

ingest::Options to_ingest_options(const ImportOptions& o) {
  ingest::Options options;
  options.audio = to_audio_source(o);
  core::require(fs::is_directory(options.audio.name()) || !o.pose.empty() || !o.imu.empty(),
                "give --pose (orientations) or --imu (inertial samples)");
  core::require(o.up.empty() || fs::is_directory(options.audio.name()) || !o.pose.empty(),
                "--up: only orientations (--pose) have a world of their own; those computed from "
                "--imu have z up");
  options.mask_not_finite =
      choose<bool>("--on-nan", o.on_nan, "error or mask", {{"error", false}, {"mask", true}});
  core::require(o.rate_hz >= 8000.0 && o.rate_hz <= 192000.0, "--rate: expected 8000 to 192000 Hz");
  options.rate_hz = o.rate_hz;
  options.model = o.model;
  options.log = log_options(o);
  options.clock = clock_options(o);
  options.intervals = interval_options(o);
  core::require(o.model.empty() || o.heading == "sound" ||
                    options.clock.rule == ingest::ClockRule::kAgreement ||
                    options.intervals.rule == ingest::IntervalRule::kChanges,
                "--model: only --time-offset auto, --intervals changes and --heading sound use a "
                "model");
  return options;
}

}  // namespace commands
