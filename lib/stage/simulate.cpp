#include "stage/simulate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "array/geometry.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/random.h"
#include "core/units.h"
#include "room/renderer.h"
#include "room/shoebox.h"
#include "so3/rotation.h"
#include "stage/schema_sessions.h"
#include "stage/speech.h"

namespace stage {
namespace {

constexpr double kSampleRateHz = 16000.0;
constexpr double kOrientationRateHz = 100.0;

/// The options, parsed and checked: what every session is made from.
struct Plan {
  std::uint64_t seed = 0;
  std::vector<std::filesystem::path> speech;
  array::Geometry geometry;
  Eigen::Vector3d room_m;
  ValueRange t60_s;
  double smallest_t60_s = 0.0;
  double source_distance_m = 0.0;
  double angular_speed_rad_s = 0.0;
  ValueRange snr_db;
  Eigen::Vector3d start_axis = Eigen::Vector3d::Zero();  ///< zero: random start
  std::size_t first_session = 0;
  std::size_t sessions = 0;
};

Eigen::Vector3d parse_start(const std::string& text) {
  if (text == "random") return Eigen::Vector3d::Zero();
  const std::string prefix = "facing:";
  const std::string axis = text.rfind(prefix, 0) == 0 ? text.substr(prefix.size()) : "";
  const std::size_t letter =
      axis.size() == 2 ? std::string("xyz").find(axis[1]) : std::string::npos;
  if (letter == std::string::npos || (axis[0] != '+' && axis[0] != '-')) {
    throw core::UsageError(fmt::format(
        "--start: expected random or facing:+x (any of +x -x +y -y +z -z), found \"{}\"", text));
  }
  return (axis[0] == '+' ? 1.0 : -1.0) * Eigen::Vector3d::Unit(static_cast<Eigen::Index>(letter));
}

/// Sets the plan's range of sessions from "i/n".
void parse_shard(const std::string& text, std::size_t sessions, Plan& plan) {
  const std::size_t slash = text.find('/');
  std::size_t i = 0;
  std::size_t n = 0;
  try {
    i = std::stoul(text.substr(0, slash));
    n = slash == std::string::npos ? 0 : std::stoul(text.substr(slash + 1));
  } catch (const std::logic_error&) {
    n = 0;
  }
  if (n == 0 || i < 1 || i > n || text != fmt::format("{}/{}", i, n)) {
    throw core::UsageError(
        fmt::format("--shard: expected i/n with 1 <= i <= n, found \"{}\"", text));
  }
  plan.first_session = sessions * (i - 1) / n;
  plan.sessions = sessions * i / n - plan.first_session;
}

void require(bool good, const std::string& message) {
  if (!good) throw core::UsageError(message);
}

void check_room(const SimulateOptions& options, const Plan& plan) {
  require(
      plan.source_distance_m < 0.5 * plan.room_m.minCoeff(),
      fmt::format("--source-distance: {} m from the centre is outside the room of {} x {} x {} m",
                  plan.source_distance_m, plan.room_m.x(), plan.room_m.y(), plan.room_m.z()));
  require(plan.source_distance_m > plan.geometry.radius_m(),
          fmt::format(
              "--source-distance: expected more than the array's radius of {:.3f} m, found {} m",
              plan.geometry.radius_m(), plan.source_distance_m));
  require(plan.t60_s.low >= 0.0 && plan.t60_s.high <= 20.0,
          fmt::format("--t60: expected 0 to 20 s, found {}", options.t60));
  // A single value must be feasible; of a range, what is too short is rendered without
  // reverberation.
  if (plan.t60_s.single() && plan.t60_s.low > 0.0) {
    room::absorption_from_t60(plan.room_m, plan.t60_s.low);
  }
}

Plan make_plan(const SimulateOptions& options) {
  Plan plan;
  plan.seed = options.common.seed;
  require(!options.speech.empty(), "--speech: name files or folders of dry speech");
  require(options.sessions >= 1 && options.sessions <= 10'000'000,
          fmt::format("--sessions: expected 1 to 10000000, found {}", options.sessions));
  require(options.room_m.size() == 3, "--room: expected three lengths in metres, such as 4,4,4");
  plan.room_m = {options.room_m[0], options.room_m[1], options.room_m[2]};
  require(
      plan.room_m.allFinite() && plan.room_m.minCoeff() >= 0.1 && plan.room_m.maxCoeff() <= 1000.0,
      "--room: expected lengths of 0.1 to 1000 m");
  plan.geometry = array::load_geometry(options.array, options.edge_m);
  plan.t60_s = ValueRange::parse("--t60", options.t60);
  plan.smallest_t60_s = room::smallest_feasible_t60_s(plan.room_m);
  plan.source_distance_m = options.source_distance_m;
  plan.angular_speed_rad_s = core::degrees_to_radians(options.angular_speed_deg);
  require(std::isfinite(options.angular_speed_deg) && options.angular_speed_deg >= 0.0 &&
              options.angular_speed_deg <= 3600.0,
          fmt::format("--angular-speed: expected 0 to 3600 degrees a second, found {}",
                      options.angular_speed_deg));
  plan.snr_db = ValueRange::parse("--snr", options.snr);
  require(plan.snr_db.low >= -40.0 && (plan.snr_db.single() || std::isfinite(plan.snr_db.high)),
          fmt::format("--snr: expected inf, a level or a range of at least -40 dB, found {}",
                      options.snr));
  plan.start_axis = parse_start(options.start);
  parse_shard(options.shard, options.sessions, plan);
  check_room(options, plan);
  plan.speech = find_speech(options.speech);
  return plan;
}

double draw(core::RandomStream& random, const ValueRange& range) {
  return range.single() ? range.low : random.uniform(range.low, range.high);
}

/// Orientation at constant angular velocity about a random axis, from a random start (paper, 3.1).
so3::Track constant_rotation(const Plan& plan, std::uint32_t session,
                             const Eigen::Vector3d& direction_world, double duration_s) {
  core::RandomStream random(plan.seed, core::Purpose::kSessionMotion, session);
  const Eigen::Vector3d angular_velocity_world =
      plan.angular_speed_rad_s * so3::random_direction(random);
  Eigen::Quaterniond start = so3::random_rotation(random);
  while ((start.conjugate() * direction_world).dot(plan.start_axis) < 0.0) {
    start = so3::random_rotation(random);
  }
  // Slerp between samples is exact for this motion; the last sample lies behind the last audio
  // sample.
  const auto samples = static_cast<std::size_t>(std::ceil(duration_s * kOrientationRateHz)) + 1;
  std::vector<double> time_s(samples);
  std::vector<Eigen::Quaterniond> quaternion(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    time_s[i] = static_cast<double>(i) / kOrientationRateHz;
    quaternion[i] = so3::exp(time_s[i] * angular_velocity_world) * start;
  }
  return {std::move(time_s), std::move(quaternion)};
}

/// Adds white noise whose power is that of the signal (mean over microphones) less snr_db.
void add_noise(std::vector<float>& time_data, double snr_db, core::RandomStream random) {
  if (std::isinf(snr_db)) return;
  double energy = 0.0;
  for (const float x : time_data) energy += static_cast<double>(x) * static_cast<double>(x);
  const double power = energy / static_cast<double>(time_data.size());
  const double amplitude = std::sqrt(power) / core::decibels_to_amplitude(snr_db);
  for (float& x : time_data) x += static_cast<float>(amplitude * random.normal());
}

Session make_session(const Plan& plan, std::size_t index) {
  const auto number = static_cast<std::uint32_t>(index);
  const std::filesystem::path& file =
      plan.speech[speech_of_session(plan.seed, index, plan.speech.size())];
  const std::vector<float> speech = read_speech(file, kSampleRateHz);
  const double duration_s = static_cast<double>(speech.size()) / kSampleRateHz;

  core::RandomStream source_random(plan.seed, core::Purpose::kSessionSource, number);
  core::RandomStream room_random(plan.seed, core::Purpose::kSessionRoom, number);
  core::RandomStream noise_random(plan.seed, core::Purpose::kSessionNoise, number);
  const Eigen::Vector3d direction_world = so3::random_direction(source_random);
  const double drawn_t60_s = draw(room_random, plan.t60_s);
  const double snr_db = draw(noise_random, plan.snr_db);

  SessionInfo info;
  info.id = fmt::format("{:06}", index);
  info.duration_s = duration_s;
  info.t60_s = drawn_t60_s < plan.smallest_t60_s ? 0.0 : drawn_t60_s;
  info.room_m = plan.room_m;
  info.snr_db = snr_db;
  info.sources = {{0, direction_world, 0.0, duration_s, file.filename().string()}};

  const Eigen::Vector3d centre_m = 0.5 * plan.room_m;
  const room::Scene scene{room::shoebox_from_t60(plan.room_m, info.t60_s),
                          centre_m + plan.source_distance_m * direction_world,
                          centre_m,
                          plan.geometry,
                          constant_rotation(plan, number, direction_world, duration_s),
                          kSampleRateHz};
  thread_local room::Renderer renderer;  // keeps its tables between the sessions of one thread
  std::vector<float> time_data = renderer.render(scene, speech);
  add_noise(time_data, snr_db, noise_random);
  return {std::move(info), std::move(time_data), scene.orientation};
}

void explain_plan(const Plan& plan) {
  core::log_detail("{} speech files, array {} with {} microphones", plan.speech.size(),
                   plan.geometry.name, plan.geometry.size());
  if (!plan.t60_s.single() && plan.t60_s.low < plan.smallest_t60_s) {
    core::log_detail(
        "T60 below {:.3f} s cannot be had in this room by Sabine's formula: such sessions "
        "are rendered without reverberation (T60 0)",
        plan.smallest_t60_s);
  }
}

}  // namespace

nlohmann::json SimulateOptions::to_json() const {
  return {{"sessions", sessions}, {"array", std::filesystem::path(array).filename().string()},
          {"edge_m", edge_m},     {"room_m", room_m},
          {"t60_s", t60},         {"source_distance_m", source_distance_m},
          {"motion", "constant"}, {"angular_speed_deg_s", angular_speed_deg},
          {"start", start},       {"snr_db", snr},
          {"shard", shard},       {"sample_rate_hz", kSampleRateHz}};
}

void simulate(const SimulateOptions& options) {
  const Plan plan = make_plan(options);
  check_output(options.out, plan.speech);
  explain_plan(plan);
  SessionsWriter writer(options.out,
                        core::make_provenance("csl-simulate", options.to_json(), plan.seed),
                        plan.geometry.size(), kSampleRateHz, plan.geometry.position_m);
  core::ThreadPool pool(options.common.threads);
  double seconds = 0.0;
  {
    core::Progress progress("simulating", plan.sessions, "sessions");
    core::ordered_pipeline<Session>(
        pool, plan.sessions,
        [&](std::size_t i) { return make_session(plan, plan.first_session + i); },
        [&](std::size_t, Session&& session) {
          seconds += session.info.duration_s;
          writer.append(session);
          progress.advance();
        });
  }
  writer.commit();
  report_output(options.out, fmt::format("{} sessions, {:.1f} minutes, {} microphones",
                                         plan.sessions, seconds / 60.0, plan.geometry.size()));
}

}  // namespace stage
