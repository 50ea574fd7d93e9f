#include "simulate/session_renderer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "core/random.h"
#include "core/units.h"
#include "room/measured_renderer.h"
#include "room/motion.h"
#include "room/renderer.h"
#include "session/session.h"
#include "simulate/speech.h"
#include "so3/rotation.h"

namespace simulate {
namespace {

/// Draws after which a separation that hardly fits is given up.
constexpr int kMaxPlacings = 10000;
/// Draws after which no course from a place is thought to stay inside the room.
constexpr int kMaxCourses = 100;

constexpr double kOrientationRateHz = 100.0;

/// What one source says and where it stands.
struct Voice {
  std::string file;
  std::vector<float> signal;
  Eigen::Vector3d direction_world;  // at the start
  Eigen::Vector3d turn_rad_s = Eigen::Vector3d::Zero();
};

double draw(core::RandomStream& random, const core::ValueRange& range) {
  return range.single() ? range.low : random.uniform(range.low, range.high);
}

std::uint32_t stream_number(std::size_t index) { return static_cast<std::uint32_t>(index); }

/// The session's voices, the further ones at their level against the first; directions come later.
std::vector<Voice> read_voices(const Plan& plan, std::size_t index) {
  core::RandomStream levels(plan.seed, core::Purpose::kSessionSpeech, stream_number(index));
  std::vector<Voice> voices(plan.sources);
  for (std::size_t s = 0; s < plan.sources; ++s) {
    const std::size_t turn = index * plan.sources + s;
    const std::filesystem::path& file =
        plan.speech[speech_of_session(plan.seed, turn, plan.speech.size())];
    voices[s].file = file.filename().string();
    voices[s].signal = read_speech(file, kSimulatedRateHz);
    if (s == 0) continue;
    const auto gain = static_cast<float>(core::decibels_to_amplitude(draw(levels, plan.level_db)));
    for (float& x : voices[s].signal) x *= gain;
  }
  return voices;
}

so3::Track recorded_piece(const Plan& plan, core::RandomStream& random, double duration_s) {
  std::vector<const so3::Track*> long_enough;
  for (const so3::Track& track : plan.recorded) {
    if (track.time_s().back() - track.time_s().front() > duration_s) long_enough.push_back(&track);
  }
  if (long_enough.empty()) {
    throw core::InputError(fmt::format(
        "--motion: no stretch of the recording without gaps lasts {:.2f} s; use shorter speech",
        duration_s));
  }
  const so3::Track& track = *long_enough[random.index(long_enough.size())];
  const double slack_s = track.time_s().back() - track.time_s().front() - duration_s;
  return room::piece_of_track(track, track.time_s().front() + random.uniform(0.0, slack_s),
                              duration_s);
}

/// The track at kOrientationRateHz, as an inertial sensor would deliver it; slerp between these
/// samples is exact for turns at constant speed.
so3::Track sampled(const so3::Track& track, double duration_s) {
  const auto samples = static_cast<std::size_t>(std::ceil(duration_s * kOrientationRateHz)) + 1;
  std::vector<double> time_s(samples);
  std::vector<Eigen::Quaterniond> quaternion(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    time_s[i] = static_cast<double>(i) / kOrientationRateHz;
    quaternion[i] = track.at(time_s[i]);
  }
  return {std::move(time_s), std::move(quaternion)};
}

so3::Track make_motion(const Plan& plan, std::size_t index, double duration_s) {
  core::RandomStream random(plan.seed, core::Purpose::kSessionMotion, stream_number(index));
  switch (plan.motion) {
    case MotionKind::kRecorded:
      return recorded_piece(plan, random, duration_s);
    case MotionKind::kHead: {
      // Upright, facing anywhere.
      const double heading_rad = random.uniform(0.0, core::degrees_to_radians(360.0));
      return room::head_motion({}, so3::exp(heading_rad * Eigen::Vector3d::UnitZ()), duration_s,
                               random);
    }
    case MotionKind::kFree: {
      room::FreeMotion motion;
      motion.mean_speed_rad_s = plan.angular_speed_rad_s;
      const Eigen::Quaterniond start = so3::random_rotation(random);
      return room::free_motion(motion, start, duration_s, random);
    }
    case MotionKind::kConstant:
      break;
  }
  const Eigen::Vector3d axis_world = plan.axis_world.value_or(so3::random_direction(random));
  const so3::Track track = room::constant_rotation(axis_world, plan.angular_speed_rad_s,
                                                   so3::random_rotation(random), duration_s + 1.0);
  return sampled(track, duration_s);
}

/// Directions uniform over those inside the room (the first, if wanted, over the half space the
/// array faces at the start), kept apart by the least separation.
void place_voices(const Plan& plan, const Eigen::Quaterniond& start, core::RandomStream& random,
                  std::vector<Voice>& voices) {
  const auto fits = [&](std::size_t s) {
    if (!plan.inside_room(voices[s].direction_world)) return false;
    if (s == 0) return (start.conjugate() * voices[0].direction_world).dot(plan.start_axis) >= 0.0;
    return std::all_of(voices.begin(), voices.begin() + static_cast<std::ptrdiff_t>(s),
                       [&](const Voice& v) {
                         return so3::angle_between(v.direction_world, voices[s].direction_world) >=
                                plan.min_separation_rad;
                       });
  };
  int placings = 0;
  for (std::size_t s = 0; s < voices.size();) {
    voices[s].direction_world = so3::random_direction(random);
    if (fits(s)) {
      ++s;
    } else if (++placings % 100 == 0) {
      s = 0;  // the earlier ones leave no room: begin anew
    }
    if (placings > kMaxPlacings) {
      throw core::UsageError(
          "--min-separation, --source-distance: so many sources hardly fit in the room");
    }
  }
}

/// Whether a voice stays inside the room on its way.
bool stays_inside(const Plan& plan, const Voice& voice) {
  constexpr double kStepS = 0.02;
  const double duration_s = static_cast<double>(voice.signal.size()) / kSimulatedRateHz;
  for (double time_s = 0.0; time_s < duration_s + kStepS; time_s += kStepS) {
    if (!plan.inside_room(so3::exp(voice.turn_rad_s * time_s) * voice.direction_world))
      return false;
  }
  return true;
}

/// Draws great circles that stay inside the room. @return  false if none is found for a voice
bool draw_courses(const Plan& plan, core::RandomStream& random, std::vector<Voice>& voices) {
  if (plan.source_speed_deg_s.high == 0.0) return true;
  for (Voice& voice : voices) {
    const double speed_rad_s = core::degrees_to_radians(draw(random, plan.source_speed_deg_s));
    int courses = 0;
    do {
      if (++courses > kMaxCourses) return false;
      voice.turn_rad_s = room::random_great_circle(voice.direction_world, speed_rad_s, random);
    } while (!stays_inside(plan, voice));
  }
  return true;
}

/// Where the session's voices start and how they move.
void place_and_move_voices(const Plan& plan, std::size_t index, const Eigen::Quaterniond& start,
                           std::vector<Voice>& voices) {
  core::RandomStream random(plan.seed, core::Purpose::kSessionSource, stream_number(index));
  for (int attempt = 0; attempt < kMaxCourses; ++attempt) {
    place_voices(plan, start, random, voices);
    if (draw_courses(plan, random, voices)) return;
  }
  throw core::UsageError(
      "--source-speed: hardly any way along a great circle stays inside the room for a whole "
      "session; try a lower speed, a smaller --source-distance or a larger --room");
}

std::vector<float> render_voice(const Plan& plan, const room::Shoebox& room,
                                const so3::Track& track, const Voice& voice) {
  const Eigen::Vector3d source_m =
      plan.array_center_m + plan.source_distance_m * voice.direction_world;
  if (plan.array.responses) {
    // Expanding the responses is costly: one renderer a thread, made for the process's only plan.
    thread_local room::MeasuredRenderer renderer(*plan.array.responses, kSimulatedRateHz);
    return renderer.render({room, source_m, plan.array_center_m, track, voice.turn_rad_s},
                           voice.signal);
  }
  thread_local room::Renderer renderer;  // keeps its tables between the sessions of one thread
  return renderer.render({room, source_m, plan.array_center_m, plan.open_array(), track,
                          kSimulatedRateHz, voice.turn_rad_s},
                         voice.signal);
}

/// Sum of all voices at the microphones; shorter ones end in silence (paper, 3.3).
std::vector<float> mix_voices(const Plan& plan, const room::Shoebox& room, const so3::Track& track,
                              const std::vector<Voice>& voices) {
  std::vector<float> sum;
  for (const Voice& voice : voices) {
    const std::vector<float> part = render_voice(plan, room, track, voice);
    sum.resize(std::max(sum.size(), part.size()), 0.0F);
    for (std::size_t i = 0; i < part.size(); ++i) sum[i] += part[i];
  }
  return sum;
}

}  // namespace

session::Session simulate_session(const Plan& plan, std::size_t index) {
  std::vector<Voice> voices = read_voices(plan, index);
  std::size_t longest = 0;
  for (const Voice& voice : voices) longest = std::max(longest, voice.signal.size());

  session::Info info;
  info.id = fmt::format("{:06}", index);
  info.duration_s = static_cast<double>(longest) / kSimulatedRateHz;
  info.room_m = plan.room_m;
  const so3::Track track = make_motion(plan, index, info.duration_s);
  place_and_move_voices(plan, index, track.at(0.0), voices);

  core::RandomStream room_random(plan.seed, core::Purpose::kSessionRoom, stream_number(index));
  const double drawn_t60_s = draw(room_random, plan.t60_s);
  // Of a range, what is too short for the room is rendered without reverberation.
  const double t60_s =
      drawn_t60_s < room::smallest_feasible_t60_s(plan.room_m, plan.formula) ? 0.0 : drawn_t60_s;
  room::Shoebox room = plan.make_room(t60_s);
  room.jitter_seed = room_random.index(std::uint64_t{1} << 62);  // another lattice in every session
  info.t60_s = plan.absorption_given() ? plan.absorption_t60_s() : t60_s;

  core::RandomStream noise_random(plan.seed, core::Purpose::kSessionNoise, stream_number(index));
  room::MicrophoneErrors errors = plan.microphone_errors;
  errors.snr_db = info.snr_db = draw(noise_random, plan.snr_db);
  std::vector<float> time_data = mix_voices(plan, room, track, voices);
  room::apply_microphone_errors(time_data, plan.array.microphones(), kSimulatedRateHz, errors,
                                noise_random);

  for (std::size_t s = 0; s < voices.size(); ++s) {
    const double end_s = static_cast<double>(voices[s].signal.size()) / kSimulatedRateHz;
    info.sources.push_back(
        {s, voices[s].direction_world, 0.0, end_s, voices[s].file, voices[s].turn_rad_s});
  }
  imu::Samples samples;
  if (plan.imu) {
    const core::RandomStream imu_random(plan.seed, core::Purpose::kImu, stream_number(index));
    samples = imu::synthesise(track, info.duration_s, *plan.imu, imu_random);
  }
  return {std::move(info), std::move(time_data), track, std::move(samples)};
}

}  // namespace simulate
