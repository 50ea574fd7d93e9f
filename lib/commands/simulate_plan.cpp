#include "commands/simulate_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "commands/simulate.h"
#include "core/errors.h"
#include "core/parse.h"
#include "core/units.h"
#include "formats/array_file.h"
#include "formats/recorded_motion.h"
#include "simulate/speech.h"
#include "so3/grid.h"

namespace commands {
namespace {

constexpr std::size_t kMaxSources = 8;
constexpr double kMaxSourceSpeedDeg = 360.0;
constexpr double kMaxSourceSpeedM = 10.0;
constexpr std::size_t kPlaceDirections = 10000;
constexpr double kFarthestPivotM = 1.0;

Eigen::Vector3d parse_start(const std::string& text) {
  if (text == "random") return Eigen::Vector3d::Zero();
  const std::string prefix = "facing:";
  const std::string axis = text.rfind(prefix, 0) == 0 ? text.substr(prefix.size()) : "";
  const std::size_t letter =
      axis.size() == 2 ? std::string("xyz").find(axis[1]) : std::string::npos;
  core::require(
      letter != std::string::npos && (axis[0] == '+' || axis[0] == '-'),
      fmt::format("--start: expected random or facing:+x (any of +x -x +y -y +z -z), found \"{}\"",
                  text));
  return (axis[0] == '+' ? 1.0 : -1.0) * Eigen::Vector3d::Unit(static_cast<Eigen::Index>(letter));
}

constexpr std::size_t kDefaultSessions = 100;
// Former default that scripts may still give: it means the same as no value.
constexpr std::int64_t kDefaultNumber = -1;
constexpr std::int64_t kMaxSessions = 10'000'000;

/// Sets the plan's range of sessions from "i/n".
void plan_shard(const SimulateOptions& options, simulate::Plan& plan) {
  const std::string& text = options.shard;
  const std::size_t slash = text.find('/');
  const std::uint64_t i = core::parse_whole_number(text.substr(0, slash)).value_or(0);
  const std::uint64_t n =
      slash == std::string::npos ? 0 : core::parse_whole_number(text.substr(slash + 1)).value_or(0);
  core::require(n > 0 && i >= 1 && i <= n && text == fmt::format("{}/{}", i, n),
                fmt::format("--shard: expected i/n with 1 <= i <= n, found \"{}\"", text));
  plan.first_session = plan.all_sessions * (i - 1) / n;
  plan.sessions = plan.all_sessions * i / n - plan.first_session;
}

/// Checks that the array is inside the room, and that some directions have a place for a source.
void plan_places(const SimulateOptions& options, simulate::Plan& plan) {
  plan.source_distance_m = options.source_distance_m;
  const double radius_m = plan.array_radius_m();
  const double clearance_m =
      std::min(plan.array_center_m.minCoeff(), (plan.room_m - plan.array_center_m).minCoeff());
  core::require(
      clearance_m > radius_m,
      fmt::format("--array-position: expected an array of radius {:.3f} m inside the room of "
                  "{} x {} x {} m, found {:.3f} m from its center to the nearest wall",
                  radius_m, plan.room_m.x(), plan.room_m.y(), plan.room_m.z(), clearance_m));
  core::require(
      plan.source_distance_m > radius_m,
      fmt::format(
          "--source-distance: expected more than the array's radius of {:.3f} m, found {} m",
          radius_m, plan.source_distance_m));
  const std::vector<Eigen::Vector3d> directions = so3::fibonacci_grid(kPlaceDirections);
  const bool some = std::any_of(directions.begin(), directions.end(),
                                [&](const auto& direction) { return plan.inside_room(direction); });
  core::require(
      some,
      fmt::format("--source-distance: no place {} m from the array is inside the room of {} x "
                  "{} x {} m",
                  plan.source_distance_m, plan.room_m.x(), plan.room_m.y(), plan.room_m.z()));
}

/// Number, separation and levels of the sources.
void plan_company(const SimulateOptions& options, simulate::Plan& plan) {
  core::require(options.sources >= 1 && options.sources <= kMaxSources,
                fmt::format("--sources: expected 1 to {}, found {}", kMaxSources, options.sources));
  plan.sources = options.sources;
  core::require(plan.room_waves.empty() || plan.room_waves.size() >= plan.sources,
                fmt::format("--room-waves: expected a list for each of {} sources, found {}",
                            plan.sources, plan.room_waves.size()));
  // Caps of half this angle around all sources fit on the sphere and leave space for random places.
  const double widest_deg =
      options.sources == 1 ? 180.0 : 180.0 / std::sqrt(static_cast<double>(options.sources));
  require_range("--min-separation", options.min_separation_deg, 0.0, widest_deg);
  plan.min_separation_rad = core::degrees_to_radians(options.min_separation_deg);
  plan.level_db = core::ValueRange::parse("--level-ratio", options.level_ratio);
  require_range("--level-ratio", plan.level_db.low, -60.0, 60.0);
  require_range("--level-ratio", plan.level_db.high, -60.0, 60.0);
}

void plan_sources(const SimulateOptions& options, simulate::Plan& plan) {
  plan_company(options, plan);
  plan.source_speed_deg_s = core::ValueRange::parse("--source-speed", options.source_speed);
  require_range("--source-speed", plan.source_speed_deg_s.low, 0.0, kMaxSourceSpeedDeg);
  require_range("--source-speed", plan.source_speed_deg_s.high, 0.0, kMaxSourceSpeedDeg);
  core::require(
      core::degrees_to_radians(plan.source_speed_deg_s.high) * plan.source_distance_m <=
          kMaxSourceSpeedM,
      fmt::format("--source-speed: {} degrees per second at {} m are faster than {} m/s",
                  plan.source_speed_deg_s.high, plan.source_distance_m, kMaxSourceSpeedM));
}

/// LEVEL[:SHARE]
void plan_interferer(const SimulateOptions& options, simulate::Plan& plan) {
  if (options.interferer.empty()) return;
  const std::size_t colon = options.interferer.find(':');
  const std::optional<double> level_db = core::parse_number(options.interferer.substr(0, colon));
  const std::optional<double> share =
      colon == std::string::npos ? 1.0 : core::parse_number(options.interferer.substr(colon + 1));
  core::require(
      level_db && share && *level_db >= -60.0 && *level_db <= 60.0 && *share > 0.0 && *share <= 1.0,
      fmt::format("--interferer: expected LEVEL or LEVEL:SHARE with a level of -60 to 60 "
                  "dB and a share above 0 up to 1, found \"{}\"",
                  options.interferer));
  core::require(plan.room_waves.empty() || plan.room_waves.size() > plan.sources,
                fmt::format("--interferer: expected one more list of --room-waves than the {} "
                            "sources, found {}",
                            plan.sources, plan.room_waves.size()));
  plan.interferer = {*level_db, *share};
}

void plan_motion(const SimulateOptions& options, simulate::Plan& plan) {
  require_range("--angular-speed", options.angular_speed_deg, 0.0, 3600.0);
  plan.angular_speed_rad_s = core::degrees_to_radians(options.angular_speed_deg);
  plan.start_axis = parse_start(options.start);
  if (!options.axis.empty()) {
    core::require(options.motion == "constant", "--axis: only constant motion has one axis");
    plan.axis_world = three("--axis", options.axis);
    core::require(plan.axis_world->norm() > 0.0, "--axis: expected a direction, found 0,0,0");
  }
  if (!options.pivot_m.empty()) plan.pivot_m = three("--pivot", options.pivot_m);
  require_range("--pivot", plan.pivot_m.norm(), 0.0, kFarthestPivotM);
  if (options.motion == "constant") {
    plan.motion = simulate::MotionKind::kConstant;
  } else if (options.motion == "free") {
    plan.motion = simulate::MotionKind::kFree;
  } else if (options.motion == "head") {
    plan.motion = simulate::MotionKind::kHead;
  } else if (std::filesystem::exists(options.motion)) {
    plan.motion = simulate::MotionKind::kRecorded;
    plan.recorded = formats::read_recorded_motion(options.motion);
  } else {
    throw core::UsageError(fmt::format(
        "--motion: expected constant, free, head or a file of orientations, found \"{}\"",
        options.motion));
  }
}

/// Checks what an array can do that turns about a point apart from its center.
void plan_pivot(const simulate::Plan& plan) {
  if (plan.pivot_m.isZero(0.0) || !plan.array.responses) return;
  const bool anechoic = plan.room_waves.empty() && !plan.absorption_given() &&
                        plan.t60_s.single() && plan.t60_s.low == 0.0;
  core::require(anechoic,
                "--pivot: an array of measured responses turns about a point apart from its center "
                "only with --t60 0; an array of positions turns so in every room");
}

void plan_sensors(const SimulateOptions& options, simulate::Plan& plan) {
  plan.snr_db = core::ValueRange::parse("--snr", options.snr);
  core::require(
      plan.snr_db.low >= -40.0 && (plan.snr_db.single() || std::isfinite(plan.snr_db.high)),
      fmt::format("--snr: expected inf, a level or a range of at least -40 dB, found {}",
                  options.snr));
  plan.diffuse_snr_db = core::ValueRange::parse("--diffuse-noise", options.diffuse_noise);
  core::require(plan.diffuse_snr_db.low >= -40.0 &&
                    (plan.diffuse_snr_db.single() || std::isfinite(plan.diffuse_snr_db.high)),
                fmt::format("--diffuse-noise: expected inf, a level or a range of at least -40 dB, "
                            "found {}",
                            options.diffuse_noise));
  require_range("--gain-mismatch", options.gain_mismatch_db, 0.0, 20.0);
  require_range("--delay-mismatch", options.delay_mismatch_us, 0.0, 1000.0);
  const double clip_level = options.clip_level.value_or(0.0);
  require_range("--clip", clip_level, 0.0, 1e6);
  require_range("--clock-skew", options.clock_skew_ppm, -10000.0, 10000.0);
  plan.microphone_errors.gain_sd_db = options.gain_mismatch_db;
  plan.microphone_errors.delay_sd_s = options.delay_mismatch_us * 1e-6;
  plan.microphone_errors.clock_skew_ppm = options.clock_skew_ppm;
  if (clip_level > 0.0) plan.microphone_errors.clip_level = clip_level;
  if (options.imu == "none") return;
  plan.imu = imu::sensor_model(options.imu);
  require_range("--imu-rate", options.imu_rate_hz, 1.0, 10000.0);
  plan.imu->rate_hz = options.imu_rate_hz;
}

}  // namespace

/// Requires a value in [low, high]. NaN is outside every range.
void require_range(const std::string& option, double value, double low, double high) {
  core::require(value >= low && value <= high,
                fmt::format("{}: expected {} to {}, found {}", option, low, high, value));
}

Eigen::Vector3d three(const std::string& option, const std::vector<double>& values) {
  core::require(
      values.size() == 3,
      fmt::format("{}: expected three numbers, such as 4,4,4, found {}", option, values.size()));
  const Eigen::Vector3d v(values[0], values[1], values[2]);
  core::require(v.allFinite(), option + ": expected finite numbers");
  return v;
}

simulate::Plan plan_scene(const SimulateOptions& options) {
  simulate::Plan plan;
  plan.seed = options.common.seed;
  plan.speed_of_sound = options.sound_speed.speed_of_sound();
  require_range("--largest-gap", options.largest_gap_deg, 0.0, formats::kAnyGap_deg);
  plan.array = formats::load_array(options.array, {.edge_m = options.edge_m.value_or(0.0),
                                                   .largest_gap_deg = options.largest_gap_deg,
                                                   .speed_of_sound = plan.speed_of_sound});
  if (options.room_waves.empty()) {
    plan_room(options, plan);
  } else {
    plan_room_waves(options, plan);
  }
  return plan;
}

simulate::Plan plan_simulation(const SimulateOptions& options) {
  core::require(!options.speech.empty(), "--speech: give files or folders of dry speech");
  const std::int64_t sessions = options.sessions.value_or(kDefaultNumber);
  core::require(sessions == kDefaultNumber || (sessions >= 1 && sessions <= kMaxSessions),
                fmt::format("--sessions: expected 1 to {}, found {}", kMaxSessions, sessions));
  simulate::Plan plan;
  if (options.responses.empty()) {
    plan = plan_scene(options);
    plan_motion(options, plan);
    if (plan.room_waves.empty()) plan_places(options, plan);
    plan_sources(options, plan);
    plan_interferer(options, plan);
    plan_pivot(plan);
  } else {
    plan = plan_measured_rooms(options);
    plan.start_axis = parse_start(options.start);
    plan_company(options, plan);
  }
  plan_sensors(options, plan);
  plan.speech = simulate::part_of_speech(simulate::find_speech(options.speech), options.split);
  plan.all_sessions = options.split == "all" ? kDefaultSessions : plan.speech.size();
  if (sessions != kDefaultNumber) plan.all_sessions = static_cast<std::size_t>(sessions);
  plan_shard(options, plan);
  return plan;
}

}  // namespace commands
