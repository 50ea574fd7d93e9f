#include "simulate/measured_room.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "core/errors.h"
#include "dsp/fft.h"

namespace simulate {
namespace {

constexpr int kMaxScenes = 1000;

/// Orientations at which all places were measured, sorted.
std::vector<std::size_t> common_orientations(const std::vector<const array::RoomPlace*>& places) {
  std::vector<std::size_t> common;
  for (const array::RoomPlace* place : places) {
    std::vector<std::size_t> own;
    for (const array::RoomView& view : place->views) own.push_back(view.orientation);
    if (place == places.front()) {
      common = own;
      continue;
    }
    std::vector<std::size_t> both;
    std::set_intersection(common.begin(), common.end(), own.begin(), own.end(),
                          std::back_inserter(both));
    common = both;
  }
  return common;
}

/// Whether all places differ, and the directions of any two sources are the plan's smallest
/// separation apart.
bool apart(const Plan& plan, const std::vector<const array::RoomPlace*>& places,
           std::span<const DrySource> sources) {
  for (std::size_t s = 0; s < places.size(); ++s) {
    if (std::count(places.begin(), places.end(), places[s]) > 1 ||
        !separated(plan, sources.first(s), sources[s].direction_world))
      return false;
  }
  return true;
}

/// Indices of the orientations that have the first source in the half space of the start axis.
std::vector<std::size_t> possible_starts(const Plan& plan, const MeasuredScene& scene) {
  std::vector<std::size_t> starts;
  const Eigen::Vector3d& direction = scene.place.front()->direction_world;
  for (std::size_t i = 0; i < scene.quaternion.size(); ++i) {
    if ((scene.quaternion[i].conjugate() * direction).dot(plan.start_axis) >= -1e-9)
      starts.push_back(i);
  }
  return starts;
}

const array::RoomView& view_at(const array::RoomPlace& place, std::size_t orientation) {
  return *std::find_if(place.views.begin(), place.views.end(),
                       [&](const auto& view) { return view.orientation == orientation; });
}

/// Samples [begin, end) during which a stay is heard, and the channels that are then the
/// microphones.
struct HeardStay {
  std::size_t stay = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
  const std::vector<std::size_t>* channels = nullptr;
};

/// Samples during which a stay is heard.
std::pair<std::size_t, std::size_t> heard_samples(std::span<const Stay> stays, std::size_t stay,
                                                  double rate_hz, std::size_t samples) {
  const double begin_s = stay == 0 ? 0.0 : stays[stay - 1].end_s;
  const double end_s =
      stay + 1 == stays.size() ? static_cast<double>(samples) / rate_hz : stays[stay + 1].start_s;
  const auto begin = static_cast<std::size_t>(begin_s * rate_hz);
  const auto end = static_cast<std::size_t>(std::ceil(end_s * rate_hz)) + 1;
  return {std::min(begin, samples), std::min(end, samples)};
}

/// A part of the dry signal through all channels of a measurement.
struct Wet {
  std::size_t first = 0;                    ///< sample of the session that is sample 0 here
  std::vector<std::vector<float>> channel;  ///< [channels][samples]
};

/// The sound of a measurement during the samples [begin, end) of a session.
Wet convolve_span(const array::RoomMeasurement& measurement, std::span<const float> signal,
                  std::size_t begin, std::size_t end) {
  const std::size_t first = begin > measurement.samples ? begin - measurement.samples : 0;
  const std::size_t last = std::max(first, std::min(end, signal.size()));
  Wet wet{first, {}};
  const std::size_t channels = measurement.ir.size() / measurement.samples;
  for (std::size_t c = 0; c < channels; ++c) {
    const auto ir = std::span(measurement.ir).subspan(c * measurement.samples, measurement.samples);
    wet.channel.push_back(first < signal.size()
                              ? dsp::convolve(signal.subspan(first, last - first), ir)
                              : std::vector<float>{});
  }
  return wet;
}

void add_stay(const Wet& wet, const HeardStay& heard, std::span<const Stay> stays, double rate_hz,
              std::vector<float>& sound) {
  const std::size_t microphones = heard.channels->size();
  const std::size_t end = std::min(heard.end, wet.first + wet.channel.front().size());
  for (std::size_t t = heard.begin; t < end; ++t) {
    const auto weight =
        static_cast<float>(weight_at(stays, heard.stay, static_cast<double>(t) / rate_hz));
    for (std::size_t m = 0; m < microphones; ++m)
      sound[t * microphones + m] += weight * wet.channel[(*heard.channels)[m]][t - wet.first];
  }
}

}  // namespace

MeasuredScene draw_scene(const Plan& plan, std::size_t session, std::vector<DrySource>& sources) {
  const array::RoomResponses& responses = *plan.room_responses;
  core::RandomStream random(plan.seed, core::Purpose::kSessionSource, stream_number(session));
  for (int attempt = 0; attempt < kMaxScenes; ++attempt) {
    MeasuredScene scene;
    const std::string& room = responses.place[random.index(responses.place.size())].room;
    std::vector<const array::RoomPlace*> in_room;
    for (const array::RoomPlace& place : responses.place) {
      if (place.room == room) in_room.push_back(&place);
    }
    for (DrySource& source : sources) {
      scene.place.push_back(in_room[random.index(in_room.size())]);
      source.direction_world = scene.place.back()->direction_world;
    }
    if (!apart(plan, scene.place, sources)) continue;
    scene.orientation = common_orientations(scene.place);
    for (const std::size_t i : scene.orientation)
      scene.quaternion.push_back(responses.orientation[i]);
    const std::vector<std::size_t> starts = possible_starts(plan, scene);
    if (starts.empty()) continue;
    scene.start = starts[random.index(starts.size())];
    for (std::size_t s = 0; s < sources.size(); ++s) {
      const array::RoomMeasurement& measurement =
          responses.measurement[scene.place[s]->views.front().measurement];
      sources[s].direct = {1.0 / scene.place[s]->distance_m, measurement.peak_s};
    }
    return scene;
  }
  throw core::UsageError(
      "--responses: found no places of one room for the session's sources; choose fewer --sources, "
      "a smaller --min-separation, --start random or more rooms and sources");
}

std::vector<float> hear_along(const array::RoomResponses& responses, const MeasuredScene& scene,
                              std::size_t source, const ViewCourse& course,
                              std::span<const float> signal, std::size_t samples) {
  const array::RoomPlace& place = *scene.place[source];
  std::map<std::size_t, std::vector<HeardStay>> stays_of;  // by measurement
  for (std::size_t i = 0; i < course.stays.size(); ++i) {
    const std::size_t orientation = scene.orientation[course.stays[i].orientation];
    const array::RoomView& view = view_at(place, orientation);
    const auto [begin, end] = heard_samples(course.stays, i, responses.sample_rate_hz, samples);
    stays_of[view.measurement].push_back({i, begin, end, &view.channels});
  }
  std::vector<float> sound(samples * responses.microphones, 0.0F);
  for (const auto& [number, stays] : stays_of) {
    const Wet wet =
        convolve_span(responses.measurement[number], signal, stays.front().begin, stays.back().end);
    for (const HeardStay& stay : stays)
      add_stay(wet, stay, course.stays, responses.sample_rate_hz, sound);
  }
  return sound;
}

}  // namespace simulate
