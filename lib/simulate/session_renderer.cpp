#include "simulate/session_renderer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "core/random.h"
#include "core/units.h"
#include "room/motion.h"
#include "simulate/company.h"
#include "simulate/measured_room.h"
#include "simulate/truth.h"
#include "so3/rotation.h"

namespace simulate {
namespace {

constexpr double kOrientationRateHz = 100.0;
/// Number of motions after which the search for one that faces a source is given up.
constexpr std::uint32_t kMaxMotions = 100;

so3::Track recorded_motion(const Plan& plan, core::RandomStream& random, double duration_s) {
  std::vector<const so3::Track*> long_enough;
  for (const so3::Track& track : plan.recorded) {
    if (track.time_s().back() - track.time_s().front() > duration_s) long_enough.push_back(&track);
  }
  if (long_enough.empty()) {
    throw core::InputError(fmt::format(
        "--motion: no interval of the recording without gaps lasts {:.2f} s; use shorter speech",
        duration_s));
  }
  const so3::Track& track = *long_enough[random.index(long_enough.size())];
  const double slack_s = track.time_s().back() - track.time_s().front() - duration_s;
  return room::interval_of_track(track, track.time_s().front() + random.uniform(0.0, slack_s),
                                 duration_s);
}

/// The track at kOrientationRateHz, as an inertial sensor would deliver it. Slerp between these
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

/// @param attempt  number of motions of this session that did not fit
so3::Track make_motion(const Plan& plan, std::size_t index, double duration_s,
                       std::uint32_t attempt = 0) {
  core::RandomStream random(plan.seed, core::Purpose::kSessionMotion, stream_number(index),
                            attempt);
  switch (plan.motion) {
    case MotionKind::kRecorded:
      return recorded_motion(plan, random, duration_s);
    case MotionKind::kHead: {
      // Upright, with any heading.
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

/// The room of a session, with its own jitter of the images.
/// @param t60_s  is set to the session's reverberation time
room::Shoebox make_room(const Plan& plan, std::size_t index, double& t60_s) {
  core::RandomStream random(plan.seed, core::Purpose::kSessionRoom, stream_number(index));
  const double drawn_s = draw(random, plan.t60_s);
  // A drawn time that is too short for this room gives a session without reverberation.
  t60_s = drawn_s < room::smallest_feasible_t60_s(plan.room_m, plan.formula, plan.speed_of_sound)
              ? 0.0
              : drawn_s;
  room::Shoebox room = plan.make_room(t60_s);
  room.jitter_seed = random.index(std::uint64_t{1} << 62);
  if (plan.absorption_given()) t60_s = plan.absorption_t60_s();
  return room;
}

}  // namespace

SessionRenderer::Renderer SessionRenderer::take_renderer() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      Renderer renderer = std::move(idle_.back());
      idle_.pop_back();
      return renderer;
    }
  }
  const room::RenderOptions options{.speed_of_sound = plan_.speed_of_sound};
  if (plan_.array.responses)
    return room::MeasuredRenderer(*plan_.array.responses, kSimulatedRateHz, options);
  return room::Renderer(options);
}

void SessionRenderer::return_renderer(Renderer renderer) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(renderer));
}

std::vector<float> SessionRenderer::render_source(const room::Shoebox& room,
                                                  const so3::Track& track,
                                                  const DrySource& source) {
  const Eigen::Vector3d source_m =
      plan_.array_center_m + plan_.source_distance_m * source.direction_world;
  Renderer any = take_renderer();
  std::vector<float> sound;
  if (source.waves != nullptr) {
    sound = render_waves(any, source.waves->waves, track, source.signal);
  } else if (auto* measured = std::get_if<room::MeasuredRenderer>(&any)) {
    sound = measured->render(
        {room, source_m, plan_.array_center_m, track, source.turn_rad_s, plan_.pivot_m},
        source.signal);
  } else {
    sound = std::get<room::Renderer>(any).render(
        {room, source_m, plan_.array_center_m, plan_.open_array(), track, kSimulatedRateHz,
         source.turn_rad_s},
        source.signal);
  }
  return_renderer(std::move(any));
  return sound;
}

std::vector<float> SessionRenderer::render_waves(Renderer& renderer,
                                                 std::span<const room::PlaneWave> waves,
                                                 const so3::Track& track,
                                                 std::span<const float> signal) const {
  if (auto* measured = std::get_if<room::MeasuredRenderer>(&renderer))
    return measured->render(room::MeasuredWaveScene{waves, track}, signal);
  return std::get<room::Renderer>(renderer).render(
      room::WaveScene{waves, plan_.open_array(), track, kSimulatedRateHz}, signal);
}

/// Sum of all sources at the microphones; a shorter source ends in silence (C-SL paper, 3.3).
std::vector<float> SessionRenderer::mix_sources(const room::Shoebox& room, const so3::Track& track,
                                                const std::vector<DrySource>& sources) {
  std::vector<float> sum;
  for (const DrySource& source : sources) {
    const std::vector<float> sound = render_source(room, track, source);
    sum.resize(std::max(sum.size(), sound.size()), 0.0F);
    for (std::size_t i = 0; i < sound.size(); ++i) sum[i] += sound[i];
  }
  return sum;
}

/// Draws the motion of a session and the places of its sources. The source of a measured room is
/// where it is: motions are drawn until one fits.
so3::Track SessionRenderer::place(std::size_t index, double duration_s,
                                  std::vector<DrySource>& sources) const {
  so3::Track track = make_motion(plan_, index, duration_s);
  if (plan_.room_waves.empty()) {
    place_sources(plan_, index, track.at(0.0), sources);
    return track;
  }
  for (std::uint32_t attempt = 1; !place_in_room_waves(plan_, index, track.at(0.0), sources);
       ++attempt) {
    if (attempt == kMaxMotions) {
      throw core::UsageError(
          "--room-waves: no choice of lists and motions keeps --min-separation and --start");
    }
    track = make_motion(plan_, index, duration_s, attempt);
  }
  return track;
}

/// Adds the sound of the interferer and of the diffuse noise. The noise's level is relative to the
/// wanted sources alone.
void SessionRenderer::add_company(std::size_t index, const room::Shoebox& room,
                                  const so3::Track& track, const std::vector<DrySource>& sources,
                                  std::vector<float>& time_data) {
  std::vector<float> other;
  if (plan_.interferer) {
    const std::size_t samples = time_data.size() / plan_.array.microphones();
    other = render_source(room, track, draw_interferer(plan_, index, sources, samples));
  }
  core::RandomStream random(plan_.seed, core::Purpose::kDiffuseNoise, stream_number(index),
                            0x7fffffff);
  const double snr_db = draw(random, plan_.diffuse_snr_db);
  if (std::isfinite(snr_db)) add_diffuse_noise(index, snr_db, track, time_data);
  for (std::size_t i = 0; i < other.size(); ++i) time_data[i] += other[i];
}

/// Adds diffuse noise at a level relative to the sound. It belongs to the world: the array turns in
/// it as it turns in the sound.
void SessionRenderer::add_diffuse_noise(std::size_t index, double snr_db, const so3::Track& track,
                                        std::vector<float>& time_data) {
  const std::size_t microphones = plan_.array.microphones();
  const std::vector<Eigen::Vector3d> directions = noise_directions(plan_, index);
  std::vector<float> noise(time_data.size(), 0.0F);
  Renderer renderer = take_renderer();
  for (std::size_t w = 0; w < directions.size(); ++w) {
    const room::PlaneWave wave{0.0, directions[w], 1.0};
    const std::vector<float> signal = wave_noise(plan_, index, w, time_data.size() / microphones);
    const std::vector<float> sound = render_waves(renderer, {&wave, 1}, track, signal);
    for (std::size_t i = 0; i < noise.size(); ++i) noise[i] += sound[i];
  }
  return_renderer(std::move(renderer));
  const double gain = std::sqrt(room::audible_power(time_data, microphones, kSimulatedRateHz) /
                                room::audible_power(noise, microphones, kSimulatedRateHz)) *
                      core::decibels_to_amplitude(-snr_db);
  for (std::size_t i = 0; i < noise.size(); ++i)
    time_data[i] += static_cast<float>(gain) * noise[i];
}

SessionRenderer::Heard SessionRenderer::hear_rendered_room(std::size_t index,
                                                           std::vector<DrySource>& sources,
                                                           session::Info& info) {
  so3::Track track = place(index, info.duration_s, sources);
  room::Shoebox room;
  if (plan_.room_waves.empty()) {
    info.room_m = plan_.room_m;
    room = make_room(plan_, index, info.t60_s);
  } else {
    info.t60_s = sources[0].waves->t60_s;
  }
  std::vector<float> time_data = mix_sources(room, track, sources);
  add_company(index, room, track, sources, time_data);
  return {std::move(track), std::move(time_data)};
}

SessionRenderer::Heard SessionRenderer::hear_measured_room(std::size_t index, std::size_t samples,
                                                           std::vector<DrySource>& sources,
                                                           session::Info& info) const {
  const array::RoomResponses& responses = *plan_.room_responses;
  const MeasuredScene scene = draw_scene(plan_, index, sources);
  core::RandomStream random(plan_.seed, core::Purpose::kSessionMotion, stream_number(index));
  ViewCourse course = draw_course(scene.quaternion, scene.start, plan_.dwell_s,
                                  plan_.angular_speed_rad_s, info.duration_s, random);
  std::vector<float> sum(samples * responses.microphones, 0.0F);
  for (std::size_t s = 0; s < sources.size(); ++s) {
    const std::vector<float> sound =
        hear_along(responses, scene, s, course, sources[s].signal, samples);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += sound[i];
  }
  info.t60_s = scene.place.front()->t60_s;
  return {std::move(course.track), std::move(sum)};
}

session::Session SessionRenderer::render(std::size_t index) {
  std::vector<DrySource> sources = read_sources(plan_, index);
  std::size_t longest = 0;
  for (const DrySource& source : sources) longest = std::max(longest, source.signal.size());

  session::Info info;
  info.id = fmt::format("{:06}", index);
  info.duration_s = static_cast<double>(longest) / kSimulatedRateHz;
  Heard heard = plan_.room_responses ? hear_measured_room(index, longest, sources, info)
                                     : hear_rendered_room(index, sources, info);

  core::RandomStream noise_random(plan_.seed, core::Purpose::kSessionNoise, stream_number(index));
  room::MicrophoneErrors errors = plan_.microphone_errors;
  errors.snr_db = info.snr_db = draw(noise_random, plan_.snr_db);
  room::apply_microphone_errors(heard.time_data, plan_.microphones(), kSimulatedRateHz, errors,
                                noise_random);

  info.sources = truth_of(plan_, heard.track, sources, longest);
  imu::Samples samples;
  if (plan_.imu) {
    const core::RandomStream imu_random(plan_.seed, core::Purpose::kImu, stream_number(index));
    samples = imu::synthesize(heard.track, info.duration_s, *plan_.imu, imu_random);
  }
  return {std::move(info), std::move(heard.time_data), std::move(heard.track), std::move(samples)};
}

}  // namespace simulate
