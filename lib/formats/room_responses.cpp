#include "formats/room_responses.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>

#include "array/geometry.h"
#include "core/errors.h"
#include "core/json_text.h"
#include "core/units.h"
#include "dsp/resample.h"
#include "io/audio.h"
#include "so3/rotation.h"

namespace formats {
namespace {

constexpr double kMaxResponse_s = 20.0;
constexpr double kMaxDistance_m = 1000.0;
constexpr double kSameOrientation_rad = 1e-6;
constexpr double kSameDirection_rad = 1e-6;

using Json = nlohmann::json;

/// The table, with messages that name the file and the place in it.
class RoomTable {
 public:
  RoomTable(std::filesystem::path path, double sample_rate_hz)
      : path_(std::move(path)), json_(core::read_json_file(path_)), rate_hz_(sample_rate_hz) {}

  array::RoomResponses read(const RoomSelection& selection);

 private:
  struct Turn {
    Eigen::Quaterniond rotation;
    std::vector<std::size_t> channels;
  };

  [[noreturn]] void fail(const std::string& place, const std::string& expected) const {
    throw core::InputError(fmt::format("{}: {}: expected {}", path_.string(), place, expected));
  }
  void check_keys(const Json& object, const std::string& place,
                  const std::set<std::string>& known) const;
  double number(const Json& object, const std::string& place, const char* key, double low,
                double high) const;
  std::string text(const Json& object, const std::string& place, const char* key) const;
  Eigen::Quaterniond quaternion(const Json& object, const std::string& place) const;
  std::vector<std::size_t> channel_numbers(const Json& list, const std::string& place) const;
  std::vector<Turn> turns(const std::vector<std::size_t>& channels) const;
  double t60_s(const std::string& room) const;
  void check_table() const;
  /// Adds one measurement under all turns of the array.
  void add(const Json& entry, const std::string& place, array::RoomResponses& responses);

  std::filesystem::path path_;
  Json json_;
  double rate_hz_;
  std::optional<std::vector<std::size_t>> channels_;  ///< none: all of the first file
  std::vector<Turn> turns_;
};

void RoomTable::check_keys(const Json& object, const std::string& place,
                           const std::set<std::string>& known) const {
  if (!object.is_object()) fail(place, "an object { ... }");
  for (const auto& item : object.items()) {
    if (!known.contains(item.key())) fail(place, fmt::format("no key \"{}\"", item.key()));
  }
}

double RoomTable::number(const Json& object, const std::string& place, const char* key, double low,
                         double high) const {
  const bool there = object.contains(key) && object[key].is_number();
  const double value = there ? object[key].get<double>() : NAN;
  if (!(value >= low && value <= high))
    fail(place, fmt::format("a number \"{}\" from {} to {}", key, low, high));
  return value;
}

std::string RoomTable::text(const Json& object, const std::string& place, const char* key) const {
  if (!object.contains(key) || !object[key].is_string() || object[key].get<std::string>().empty())
    fail(place, fmt::format("a text \"{}\"", key));
  return object[key].get<std::string>();
}

Eigen::Quaterniond RoomTable::quaternion(const Json& object, const std::string& place) const {
  const char* key = "quaternion_wxyz";
  const Json value = object.value(key, Json::array({1.0, 0.0, 0.0, 0.0}));
  const bool four =
      value.is_array() && value.size() == 4 &&
      std::all_of(value.begin(), value.end(), [](const Json& x) { return x.is_number(); });
  if (!four) fail(place, fmt::format("four numbers \"{}\"", key));
  const Eigen::Quaterniond q(value[0].get<double>(), value[1].get<double>(), value[2].get<double>(),
                             value[3].get<double>());
  if (!(std::abs(q.norm() - 1.0) < 0.01)) fail(place, fmt::format("\"{}\" of length 1", key));
  return q.normalized();
}

std::vector<std::size_t> RoomTable::channel_numbers(const Json& list,
                                                    const std::string& place) const {
  std::vector<std::size_t> channels;
  if (list.is_array()) {
    for (const Json& value : list) {
      const bool whole = value.is_number_integer() && value.get<double>() >= 1.0 &&
                         value.get<double>() <= static_cast<double>(io::kMaxChannels);
      if (whole) channels.push_back(value.get<std::size_t>() - 1);
    }
  }
  const bool all_different =
      std::set<std::size_t>(channels.begin(), channels.end()).size() == list.size();
  if (!list.is_array() || channels.empty() || channels.size() != list.size() || !all_different)
    fail(place, fmt::format("different channel numbers from 1 to {}", io::kMaxChannels));
  return channels;
}

std::vector<RoomTable::Turn> RoomTable::turns(const std::vector<std::size_t>& channels) const {
  if (!json_.contains("symmetry")) return {{Eigen::Quaterniond::Identity(), channels}};
  const Json& list = json_["symmetry"];
  if (!list.is_array() || list.empty()) fail("symmetry", "a list of rotations");
  std::vector<Turn> turns;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string place = fmt::format("symmetry {}", i + 1);
    check_keys(list[i], place, {"quaternion_wxyz", "channels"});
    turns.push_back({quaternion(list[i], place),
                     channel_numbers(list[i].value("channels", Json::array()), place)});
    std::vector<std::size_t> sorted = turns.back().channels;
    std::vector<std::size_t> all = channels;
    std::sort(sorted.begin(), sorted.end());
    std::sort(all.begin(), all.end());
    if (sorted != all) fail(place, "the array's channels in another order");
  }
  return turns;
}

double RoomTable::t60_s(const std::string& room) const {
  const Json rooms = json_.value("rooms", Json::object());
  if (!rooms.contains(room)) return NAN;
  const std::string place = "rooms " + room;
  check_keys(rooms[room], place, {"t60_s"});
  return number(rooms[room], place, "t60_s", 0.0, 100.0);
}

void RoomTable::check_table() const {
  check_keys(json_, "the table",
             {"format", "about", "positions_m", "rooms", "channels", "symmetry", "measurements"});
  if (json_.value("format", "") != "csl-room-responses")
    fail("the table", "\"format\": \"csl-room-responses\"");
  if (!json_.contains("measurements") || !json_["measurements"].is_array())
    fail("the table", "a list \"measurements\"");
  if (json_.contains("rooms") && !json_["rooms"].is_object())
    fail("rooms", "an object { name: { \"t60_s\": seconds } }");
}

void RoomTable::add(const Json& entry, const std::string& place, array::RoomResponses& responses) {
  const std::filesystem::path file = path_.parent_path() / text(entry, place, "file");
  const io::Audio audio = io::read_audio(file);
  if (!channels_) {
    channels_.emplace(audio.channels);
    std::iota(channels_->begin(), channels_->end(), 0);
  }
  if (turns_.empty()) turns_ = turns(*channels_);
  for (const std::size_t channel : *channels_) {
    if (channel >= audio.channels) {
      throw core::InputError(fmt::format("{}: expected at least {} channels, found {}",
                                         file.string(), channel + 1, audio.channels));
    }
  }
  array::RoomPlace found;
  found.room = text(entry, place, "room");
  found.source = text(entry, place, "source");
  found.direction_world = so3::direction_from_angles(
      core::degrees_to_radians(number(entry, place, "azimuth_deg", -360.0, 360.0)),
      core::degrees_to_radians(entry.contains("elevation_deg")
                                   ? number(entry, place, "elevation_deg", -90.0, 90.0)
                                   : 0.0));
  found.distance_m =
      entry.contains("distance_m") ? number(entry, place, "distance_m", 0.01, kMaxDistance_m) : 1.0;
  found.t60_s = t60_s(found.room);
  const Eigen::Quaterniond q_world_array = quaternion(entry, place);
  responses.measurement.push_back(make_measurement(file.string(), audio.samples, audio.channels,
                                                   audio.sample_rate_hz, rate_hz_));
  responses.microphones = channels_->size();
  for (const Turn& turn : turns_) {
    add_view(responses, found, q_world_array * turn.rotation, responses.measurement.size() - 1,
             turn.channels);
  }
}

array::RoomResponses RoomTable::read(const RoomSelection& selection) {
  check_table();
  array::RoomResponses responses;
  responses.name = path_.string();
  responses.sample_rate_hz = rate_hz_;
  if (json_.contains("channels")) channels_ = channel_numbers(json_["channels"], "channels");
  const Json& list = json_["measurements"];
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string place = fmt::format("measurement {}", i + 1);
    check_keys(list[i], place,
               {"file", "room", "source", "azimuth_deg", "elevation_deg", "distance_m",
                "quaternion_wxyz"});
    if (selection.takes(text(list[i], place, "room"), text(list[i], place, "source")))
      add(list[i], place, responses);
  }
  if (json_.contains("positions_m")) {
    const Json geometry = {{"name", "measured"}, {"positions_m", json_["positions_m"]}};
    responses.position_m = array::geometry_from_json(geometry, path_.string()).position_m;
    if (!responses.place.empty() && responses.position_m.size() != responses.microphones)
      fail("positions_m", fmt::format("{} positions", responses.microphones));
  }
  return responses;
}

}  // namespace

bool RoomSelection::takes(const std::string& room, const std::string& source) const {
  const auto any = [](const std::vector<std::string>& patterns, const std::string& name) {
    return patterns.empty() ||
           std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
             return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
           });
  };
  return any(rooms, room) && any(sources, source);
}

void add_view(array::RoomResponses& responses, const array::RoomPlace& place,
              const Eigen::Quaterniond& q_world_sensor, std::size_t measurement,
              std::vector<std::size_t> channels) {
  auto& orientations = responses.orientation;
  const auto known = std::find_if(orientations.begin(), orientations.end(), [&](const auto& q) {
    return so3::angle_between(q, q_world_sensor) < kSameOrientation_rad;
  });
  const auto orientation = static_cast<std::size_t>(known - orientations.begin());
  if (known == orientations.end()) orientations.push_back(q_world_sensor);
  auto here = std::find_if(responses.place.begin(), responses.place.end(), [&](const auto& other) {
    return other.room == place.room && other.source == place.source;
  });
  if (here == responses.place.end()) {
    responses.place.push_back(place);
    here = responses.place.end() - 1;
    here->views.clear();
  }
  const std::string what =
      fmt::format("{}: source {} in room {}", responses.name, place.source, place.room);
  if (so3::angle_between(here->direction_world, place.direction_world) > kSameDirection_rad ||
      here->distance_m != place.distance_m)
    throw core::InputError(what + ": expected one place, found two; give them different names");
  auto& views = here->views;
  const auto after = std::lower_bound(
      views.begin(), views.end(), orientation,
      [](const auto& view, std::size_t value) { return view.orientation < value; });
  if (after != views.end() && after->orientation == orientation)
    throw core::InputError(what + ": expected one measurement for each orientation, found two");
  views.insert(after, {orientation, measurement, std::move(channels)});
}

array::RoomMeasurement make_measurement(const std::string& what, std::span<const float> interleaved,
                                        std::size_t channels, double from_hz, double to_hz) {
  const std::size_t frames = channels == 0 ? 0 : interleaved.size() / channels;
  if (static_cast<double>(frames) > kMaxResponse_s * from_hz) {
    throw core::InputError(fmt::format("{}: expected a response of at most {} s, found {:.1f} s",
                                       what, kMaxResponse_s,
                                       static_cast<double>(frames) / from_hz));
  }
  const std::vector<float> samples = dsp::resample(interleaved, channels, from_hz, to_hz);
  array::RoomMeasurement measurement;
  measurement.samples = channels == 0 ? 0 : samples.size() / channels;
  measurement.ir.resize(samples.size());
  // A discrete response stands for a density over time: at a lower rate its samples are larger.
  const auto scale = static_cast<float>(from_hz / to_hz);
  float largest = 0.0F;
  for (std::size_t t = 0; t < measurement.samples; ++t) {
    for (std::size_t c = 0; c < channels; ++c) {
      const float value = scale * samples[t * channels + c];
      if (!std::isfinite(value))
        throw core::InputError(what + ": expected finite samples, found another");
      measurement.ir[c * measurement.samples + t] = value;
      if (std::abs(value) <= largest) continue;
      largest = std::abs(value);
      measurement.peak_s = static_cast<double>(t) / to_hz;
    }
  }
  if (!(largest > 0.0F)) throw core::InputError(what + ": expected a response, found silence");
  return measurement;
}

array::RoomResponses read_room_responses(const std::filesystem::path& path,
                                         const RoomSelection& selection, double sample_rate_hz) {
  std::filesystem::path file = path;
  if (std::filesystem::is_directory(file)) {
    file /= kRoomTableName;
    if (!std::filesystem::exists(file)) {
      throw core::InputError(
          fmt::format("{}: expected a table {} in this folder (docs/use/rooms.md), found none",
                      path.string(), kRoomTableName));
    }
  }
  array::RoomResponses responses = file.extension() == ".sofa"
                                       ? read_room_sofa(file, selection, sample_rate_hz)
                                       : RoomTable(file, sample_rate_hz).read(selection);
  if (responses.place.empty()) {
    throw core::InputError(
        file.string() +
        ": no measurement has such a room and source; see --response-rooms, --response-sources");
  }
  return responses;
}

}  // namespace formats
