#include "formats/stream_lines.h"

#include <fmt/format.h>

#include <iterator>

#include "core/units.h"
#include "so3/rotation.h"

namespace formats {
namespace {

void append_direction(std::string& line, const char* name,
                      const std::optional<Eigen::Vector3d>& direction) {
  if (!direction) {
    line += fmt::format("\"{}\":null", name);
    return;
  }
  const Eigen::Vector3d& d = *direction;
  fmt::format_to(std::back_inserter(line),
                 "\"{}\":{{\"xyz\":[{:.7f},{:.7f},{:.7f}],\"azimuth_deg\":{:.5f},"
                 "\"elevation_deg\":{:.5f}}}",
                 name, d.x(), d.y(), d.z(), core::radians_to_degrees(so3::azimuth_rad(d)),
                 core::radians_to_degrees(so3::elevation_rad(d)));
}

void append_tracks(std::string& line, const localize::StreamEstimate& estimate, bool has_pose,
                   const std::vector<doa::TrackState>& tracks) {
  line += ",\"tracks\":[";
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    const doa::TrackState& track = tracks[i];
    std::optional<Eigen::Vector3d> sensor, world;
    if (has_pose) {
      world = track.direction;
      if (estimate.q_world_sensor) sensor = estimate.q_world_sensor->conjugate() * *world;
    } else {
      sensor = track.direction;
    }
    line += fmt::format("{}{{\"id\":{},", i == 0 ? "" : ",", track.id);
    append_direction(line, "sensor", sensor);
    line += ',';
    append_direction(line, "world", world);
    fmt::format_to(std::back_inserter(line),
                   ",\"sigma_deg\":{:.3f},\"existence\":{:.4f},\"measured\":{}}}", track.sigma_deg,
                   track.existence, track.measured);
  }
  line += ']';
}

}  // namespace

std::string stream_line(const localize::StreamEstimate& estimate, bool has_pose,
                        const std::vector<doa::TrackState>* tracks) {
  const std::string length = estimate.length.label();
  std::string line = fmt::format(
      "{{\"window_s\":{},\"time_s\":{:.6f},\"bins\":{},\"orientation\":\"{}\",\"sources\":{},",
      estimate.length.full() ? fmt::format("\"{}\"", length) : length, estimate.time_s,
      estimate.bins, has_pose ? name_of(estimate.pose) : "none", estimate.directions.size());
  if (estimate.ambiguity != session::Ambiguity::kNone) {
    line += fmt::format("\"unknown\":\"{}\",", name_of(estimate.ambiguity));
  }
  line += "\"directions\":[";
  for (std::size_t i = 0; i < estimate.directions.size(); ++i) {
    const localize::StreamDirection& direction = estimate.directions[i];
    line += i == 0 ? "{" : ",{";
    append_direction(line, "sensor", direction.sensor);
    line += ',';
    append_direction(line, "world", direction.world);
    fmt::format_to(std::back_inserter(line), ",\"confidence\":{:.6g},\"share\":{:.4f}}}",
                   direction.confidence, direction.share);
  }
  line += ']';
  if (tracks != nullptr) append_tracks(line, estimate, has_pose, *tracks);
  line += '}';
  return line;
}

}  // namespace formats
