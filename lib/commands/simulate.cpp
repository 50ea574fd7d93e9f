#include "commands/simulate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

#include "array/geometry.h"
#include "commands/dry_run.h"
#include "commands/output_plan.h"
#include "commands/simulate_plan.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/stopwatch.h"
#include "formats/session_export.h"
#include "formats/sessions_file.h"
#include "session/session.h"
#include "simulate/session_renderer.h"

namespace commands {
namespace {

std::string file_name(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

std::vector<std::string> file_names(const std::vector<std::string>& paths) {
  std::vector<std::string> names;
  for (const std::string& path : paths) names.push_back(file_name(path));
  return names;
}

/// The value of an option, or null if it was not given.
template <typename T>
nlohmann::json value_or_null(const std::optional<T>& option) {
  return option ? nlohmann::json(*option) : nlohmann::json(nullptr);
}

void explain_plan(const simulate::Plan& plan) {
  core::log_detail("{} speech files, {} microphones", plan.speech.size(), plan.microphones());
  if (plan.room_responses) {
    core::log_detail("{} places of sources, {} orientations of the array, {} measurements",
                     plan.room_responses->place.size(), plan.room_responses->orientation.size(),
                     plan.room_responses->measurement.size());
    return;
  }
  for (const simulate::RoomWaves& room : plan.room_waves) {
    core::log_detail("{}: {} plane waves, T60 {:.2f} s, source at {:.1f}, {:.1f}, {:.1f}",
                     room.name, room.waves.size(), room.t60_s, room.direction_world.x(),
                     room.direction_world.y(), room.direction_world.z());
  }
  if (!plan.room_waves.empty()) return;
  const double smallest_s =
      room::smallest_feasible_t60_s(plan.room_m, plan.formula, plan.speed_of_sound);
  if (!plan.absorption_given() && !plan.t60_s.single() && plan.t60_s.low < smallest_s) {
    core::log_detail(
        "Sabine's formula allows no T60 below {:.3f} s in this room: sessions that draw a shorter "
        "one are rendered without reverberation (T60 0)",
        smallest_s);
  }
}

OutputPlan plan_outputs(const SimulateOptions& options, const simulate::Plan& plan) {
  OutputPlan outputs(options.common);
  outputs.inputs("--speech", plan.speech)
      .inputs("--speech", {options.speech.begin(), options.speech.end()})
      .inputs("--room-waves", {options.room_waves.begin(), options.room_waves.end()})
      .input("--array", options.array)
      .input("--responses", options.responses)
      .input("--motion", options.motion)
      .required_output("--out", options.out)
      .folder("--wav", options.wav, [&plan](const std::string& name) {
        const std::optional<std::size_t> session = formats::exported_session(name);
        return session && *session >= plan.first_session &&
               *session - plan.first_session < plan.sessions;
      });
  return outputs;
}

/// Renders one session for its time and its size, which stand for all.
void explain_work(const SimulateOptions& options, const simulate::Plan& plan) {
  simulate::SessionRenderer renderer(plan);
  const core::ThreadPool pool(options.common.threads);
  const core::Stopwatch clock;
  const session::Session one = renderer.render(plan.first_session);
  const auto sessions = static_cast<double>(plan.sessions);
  const double samples = one.info.duration_s * simulate::kSimulatedRateHz * sessions;
  DryRun{
      options.out,
      fmt::format("{} sessions, about {:.1f} minutes, {} microphones", plan.sessions,
                  one.info.duration_s * sessions / 60.0, plan.microphones()),
      (options.wav.empty() ? 1.0 : 2.0) * samples * 4.0 * static_cast<double>(plan.microphones()),
      time_of_parts(clock.elapsed_s(), plan.sessions, pool.threads())}
      .print();
}

}  // namespace

nlohmann::json SimulateOptions::to_json() const {
  const bool shoebox = room_waves.empty() && responses.empty();
  nlohmann::json json = {
      {"split", split},
      {"sessions", value_or_null(sessions)},
      {"shard", shard},
      {"array", file_name(array)},
      {"edge_m", value_or_null(edge_m)},
      {"responses", file_name(responses.string())},
      {"response_rooms", response_rooms},
      {"response_sources", response_sources},
      {"dwell_s", responses.empty() ? nlohmann::json(nullptr) : nlohmann::json(dwell)},
      {"room_waves", file_names(room_waves)},
      {"source_direction_deg", source_direction_deg},
      {"room_m", shoebox ? nlohmann::json(room_m) : nullptr},
      {"t60_s", shoebox ? nlohmann::json(t60) : nullptr},
      {"formula", formula},
      {"absorption", absorption},
      {"band_absorption", band_absorption},
      {"air_absorption", air_absorption},
      {"image_jitter_m", image_jitter_m},
      {"max_order", value_or_null(max_order)},
      {"array_position_m", array_position_m},
      {"sources", sources},
      {"source_distance_m", source_distance_m},
      {"source_speed_deg_s", source_speed},
      {"min_separation_deg", min_separation_deg},
      {"level_ratio_db", level_ratio},
      {"interferer", interferer},
      {"pivot_m", pivot_m},
      {"motion", file_name(motion)},
      {"axis", axis},
      {"angular_speed_deg_s", angular_speed_deg},
      {"start", start},
      {"snr_db", snr},
      {"diffuse_noise_db",
       diffuse_noise == "inf" ? nlohmann::json(nullptr) : nlohmann::json(diffuse_noise)},
      {"gain_mismatch_db", gain_mismatch_db},
      {"delay_mismatch_us", delay_mismatch_us},
      {"clip_level", value_or_null(clip_level)},
      {"clock_skew_ppm", clock_skew_ppm},
      {"imu", imu},
      {"imu_rate_hz", imu_rate_hz},
      {"sample_rate_hz", simulate::kSimulatedRateHz}};
  sound_speed.add_to(json);
  return json;
}

void simulate(const SimulateOptions& options) {
  const simulate::Plan plan = plan_simulation(options);
  plan_outputs(options, plan).check();
  if (options.dry_run) {
    explain_work(options, plan);
    return;
  }
  if (!options.wav.empty()) core::make_folder(options.wav);
  explain_plan(plan);
  SimulateOptions resolved = options;
  resolved.sessions = static_cast<std::int64_t>(plan.all_sessions);
  formats::SessionsWriter writer(
      options.out, core::make_provenance("csl-simulate", resolved.to_json(), plan.seed),
      plan.microphones(), simulate::kSimulatedRateHz, plan.array);
  simulate::SessionRenderer renderer(plan);
  core::ThreadPool pool(options.common.threads);
  double seconds = 0.0;
  {
    core::Progress progress("simulating", plan.sessions, "sessions");
    core::ordered_pipeline<session::Session>(
        pool, plan.sessions, [&](std::size_t i) { return renderer.render(plan.first_session + i); },
        [&](std::size_t, session::Session&& session) {
          seconds += session.info.duration_s;
          writer.append(session);
          if (!options.wav.empty()) {
            formats::export_session(options.wav, session, plan.microphones(),
                                    simulate::kSimulatedRateHz);
          }
          progress.advance();
        });
  }
  writer.commit();
  report_output(options.out, fmt::format("{} sessions, {:.1f} minutes, {} microphones",
                                         plan.sessions, seconds / 60.0, plan.microphones()));
}

}  // namespace commands
