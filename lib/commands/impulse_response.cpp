#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "commands/output_plan.h"
#include "commands/simulate.h"
#include "commands/simulate_plan.h"
#include "core/errors.h"
#include "core/units.h"
#include "formats/sofa_writer.h"
#include "io/audio.h"
#include "room/image_source.h"
#include "room/measured_renderer.h"

namespace commands {
namespace {

Eigen::Quaterniond parse_orientation(const std::vector<double>& wxyz) {
  core::require(wxyz.size() == 4, "--orientation: expected w,x,y,z");
  const Eigen::Quaterniond q(wxyz[0], wxyz[1], wxyz[2], wxyz[3]);
  core::require(std::abs(q.norm() - 1.0) < 0.01,
                "--orientation: expected a unit quaternion w,x,y,z");
  return q.normalized();
}

/// Static responses of an array. The source emits at sample lead_samples.
struct StaticResponses {
  std::size_t microphones = 0;
  std::size_t lead_samples = 0;
  std::vector<float> interleaved;  ///< [samples, microphones], as audio files are

  std::size_t samples() const { return interleaved.size() / microphones; }
};

/// Responses of open microphones: the exact sum over images.
StaticResponses open_responses(const simulate::Plan& plan, const Eigen::Vector3d& source_m,
                               const Eigen::Quaterniond& q_world_sensor) {
  std::vector<Eigen::Vector3d> microphone_m;
  for (const Eigen::Vector3d& position : plan.array.position_m) {
    microphone_m.emplace_back(plan.array_center_m + q_world_sensor * position);
  }
  const room::ImpulseResponses found =
      room::static_impulse_responses(plan.make_room(plan.t60_s.low), source_m, microphone_m,
                                     {.speed_of_sound = plan.speed_of_sound});
  StaticResponses responses{found.microphones, found.lead_samples, {}};
  responses.interleaved.resize(found.value.size());
  for (std::size_t m = 0; m < found.microphones; ++m) {
    for (std::size_t n = 0; n < found.samples; ++n) {
      responses.interleaved[n * found.microphones + m] =
          static_cast<float>(found.value[m * found.samples + n]);
    }
  }
  return responses;
}

/// Emission of the renderers' clicks, sample.
constexpr std::size_t kLead = 40;

/// The signal whose sound is an impulse response.
std::vector<float> click() {
  std::vector<float> signal(kLead + 1, 0.0F);
  signal[kLead] = 1.0F;
  return signal;
}

/// Responses of a measured array: the renderer's output for a click.
StaticResponses measured_responses(const simulate::Plan& plan, const Eigen::Vector3d& source_m,
                                   const Eigen::Quaterniond& q_world_sensor) {
  const room::Shoebox room = plan.make_room(plan.t60_s.low);
  const double farthest_m = std::max(room.anechoic() ? 0.0 : room.max_distance_m,
                                     (source_m - plan.array_center_m).norm());
  room::MeasuredRenderer renderer(
      *plan.array.responses, simulate::kSimulatedRateHz,
      {.tail_s = farthest_m / plan.speed_of_sound + array::kMaxResponse_s,
       .speed_of_sound = plan.speed_of_sound});
  return {renderer.receivers(), kLead,
          renderer.render(
              {room, source_m, plan.array_center_m, so3::Track({0.0}, {q_world_sensor})}, click())};
}

/// Responses in a measured room: the renderer's output for a click.
StaticResponses wave_responses(const simulate::Plan& plan,
                               const Eigen::Quaterniond& q_world_sensor) {
  const std::vector<room::PlaneWave>& waves = plan.room_waves.front().waves;
  const so3::Track still({0.0}, {q_world_sensor});
  room::RenderOptions options{.tail_s = waves.back().time_s + array::kMaxResponse_s,
                              .speed_of_sound = plan.speed_of_sound};
  if (plan.array.responses) {
    room::MeasuredRenderer renderer(*plan.array.responses, simulate::kSimulatedRateHz, options);
    return {renderer.receivers(), kLead,
            renderer.render(room::MeasuredWaveScene{waves, still}, click())};
  }
  return {
      plan.array.microphones(), kLead,
      room::Renderer(options).render(
          room::WaveScene{waves, plan.open_array(), still, simulate::kSimulatedRateHz}, click())};
}

std::vector<double> values_of(const Eigen::Vector3d& v) { return {v.x(), v.y(), v.z()}; }

/// A SOFA file of conventions GeneralFIR: one measurement in a shoebox room, with all microphones
/// as receivers.
formats::SofaFile sofa_file(const simulate::Plan& plan, const StaticResponses& responses,
                            const Eigen::Vector3d& source_m,
                            const Eigen::Quaterniond& q_world_sensor) {
  const std::size_t microphones = responses.microphones;
  const std::size_t samples = responses.samples();
  const auto meters = formats::cartesian_attributes();
  std::vector<double> ir(microphones * samples);
  std::vector<double> receiver_m(3 * microphones, 0.0);
  for (std::size_t m = 0; m < microphones; ++m) {
    for (std::size_t n = 0; n < samples; ++n)
      ir[m * samples + n] = responses.interleaved[n * microphones + m];
    for (Eigen::Index i = 0; i < 3 && m < plan.array.position_m.size(); ++i)
      receiver_m[3 * m + static_cast<std::size_t>(i)] = plan.array.position_m[m][i];
  }
  std::string comment = fmt::format(
      "image-source method; emission at sample {} of Data.IR; amplitude 1 at 1 m in free field",
      responses.lead_samples);
  if (plan.speed_of_sound != core::kSpeedOfSound)
    comment += fmt::format("; speed of sound {:.2f} m/s", plan.speed_of_sound);
  formats::SofaFile file;
  file.attributes = {{"SOFAConventions", "GeneralFIR"},
                     {"RoomType", "shoebox"},
                     {"Title", "Simulated room impulse responses"},
                     {"Comment", comment}};
  file.dimensions = {{'I', 1}, {'C', 3}, {'M', 1}, {'R', microphones}, {'E', 1}, {'N', samples}};
  file.variables = {
      {"ListenerPosition", "IC", values_of(plan.array_center_m), meters},
      {"ListenerView", "IC", values_of(q_world_sensor * Eigen::Vector3d::UnitX()), meters},
      {"ListenerUp", "IC", values_of(q_world_sensor * Eigen::Vector3d::UnitZ()), meters},
      {"ReceiverPosition", "RCI", receiver_m, meters},
      {"SourcePosition", "IC", values_of(source_m), meters},
      {"EmitterPosition", "ECI", {0.0, 0.0, 0.0}, meters},
      {"RoomCornerA", "IC", {0.0, 0.0, 0.0}, meters},
      {"RoomCornerB", "IC", values_of(plan.room_m), meters},
      {"Data.IR", "MRN", ir, {}},
      {"Data.SamplingRate", "I", {simulate::kSimulatedRateHz}, {{"Units", "hertz"}}},
      {"Data.Delay", "IR", std::vector<double>(microphones, 0.0), {}}};
  return file;
}

}  // namespace

void write_impulse_responses(const SimulateOptions& options, const ImpulseResponseOptions& rir) {
  core::require(!options.dry_run, "--dry-run: says how long sessions take; --rir makes none");
  const simulate::Plan plan = plan_scene(options);
  const bool waves = !plan.room_waves.empty();
  core::require(plan.room_waves.size() <= 1, "--rir: expected one list of --room-waves");
  core::require(waves || plan.t60_s.single() || plan.absorption_given(),
                "--rir: give one reverberation time, such as --t60 0.5, or the absorption");
  core::require(waves == rir.source_position_m.empty(),
                waves ? "--source-position: the list of --room-waves has its source"
                      : "--source-position: expected x,y,z in the room, m");
  core::require(waves || rir.source_position_m.size() == 3,
                "--source-position: expected x,y,z in the room, m");
  core::require(!waves || rir.rir.extension() != ".sofa",
                "--rir: responses of --room-waves are written as WAV, not as SOFA");
  const Eigen::Vector3d source_m =
      waves ? Eigen::Vector3d::Zero() : Eigen::Vector3d(rir.source_position_m.data());
  const Eigen::Quaterniond q_world_sensor = parse_orientation(rir.orientation);
  OutputPlan(options.common)
      .inputs("--room-waves", {options.room_waves.begin(), options.room_waves.end()})
      .input("--array", options.array)
      .output("--rir", rir.rir)
      .check();
  const StaticResponses responses = waves ? wave_responses(plan, q_world_sensor)
                                    : plan.array.responses
                                        ? measured_responses(plan, source_m, q_world_sensor)
                                        : open_responses(plan, source_m, q_world_sensor);
  if (rir.rir.extension() == ".sofa") {
    formats::write_sofa(rir.rir, sofa_file(plan, responses, source_m, q_world_sensor));
  } else {
    io::write_wav(rir.rir, responses.interleaved, responses.microphones,
                  simulate::kSimulatedRateHz);
  }
  report_output(rir.rir,
                fmt::format("{} microphones, {} samples, emission at sample {}",
                            responses.microphones, responses.samples(), responses.lead_samples));
}

}  // namespace commands
