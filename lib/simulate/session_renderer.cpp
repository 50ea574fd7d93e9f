#include "simulate/session_renderer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "core/random.h"
#include "core/units.h"
#include "room/motion.h"
#include "simulate/measured_room.h"
#include "so3/rotation.h"

namespace simulate {
namespace {

constexpr double kOrientationRateHz = 100.0;

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

so3::Track make_motion(const Plan& plan, std::size_t index, double duration_s) {
  core::RandomStream random(plan.seed, core::Purpose::kSessionMotion, stream_number(index));
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

/// What is known of the sources in a session of this many samples.
std::vector<session::SourceTruth> truth_of(const std::vector<DrySource>& sources,
                                           std::size_t samples) {
  std::vector<session::SourceTruth> truth;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    const DrySource& source = sources[s];
    const double end_s = static_cast<double>(source.signal.size()) / kSimulatedRateHz;
    truth.push_back({s, source.direction_world, 0.0, end_s, source.speech_file, source.turn_rad_s,
                     activity_db(source, samples)});
  }
  return truth;
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
  if (auto* measured = std::get_if<room::MeasuredRenderer>(&any)) {
    sound = measured->render({room, source_m, plan_.array_center_m, track, source.turn_rad_s},
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

SessionRenderer::Heard SessionRenderer::hear_shoebox(std::size_t index,
                                                     std::vector<DrySource>& sources,
                                                     session::Info& info) {
  so3::Track track = make_motion(plan_, index, info.duration_s);
  place_sources(plan_, index, track.at(0.0), sources);
  info.room_m = plan_.room_m;
  const room::Shoebox room = make_room(plan_, index, info.t60_s);
  std::vector<float> time_data = mix_sources(room, track, sources);
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
                                     : hear_shoebox(index, sources, info);

  core::RandomStream noise_random(plan_.seed, core::Purpose::kSessionNoise, stream_number(index));
  room::MicrophoneErrors errors = plan_.microphone_errors;
  errors.snr_db = info.snr_db = draw(noise_random, plan_.snr_db);
  room::apply_microphone_errors(heard.time_data, plan_.microphones(), kSimulatedRateHz, errors,
                                noise_random);

  info.sources = truth_of(sources, longest);
  imu::Samples samples;
  if (plan_.imu) {
    const core::RandomStream imu_random(plan_.seed, core::Purpose::kImu, stream_number(index));
    samples = imu::synthesize(heard.track, info.duration_s, *plan_.imu, imu_random);
  }
  return {std::move(info), std::move(heard.time_data), std::move(heard.track), std::move(samples)};
}

}  // namespace simulate
