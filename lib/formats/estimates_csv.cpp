#include "formats/estimates_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/csv.h"
#include "core/units.h"
#include "so3/rotation.h"

namespace formats {
namespace {

/// Cells of a direction in one frame, each with its comma; empty cells if it is not known.
void append_angles(std::string& text, const Eigen::Vector3d& d, bool known) {
  if (!known) {
    text += ",,,,,";
    return;
  }
  fmt::format_to(std::back_inserter(text), "{:.5f},{:.5f},{:.7f},{:.7f},{:.7f},",
                 core::radians_to_degrees(so3::azimuth_rad(d)),
                 core::radians_to_degrees(so3::elevation_rad(d)), d.x(), d.y(), d.z());
}

}  // namespace

std::string estimates_csv_header() {
  return "kind,session,window_s,time_s,number,world_azimuth_deg,world_elevation_deg,world_x,world_"
         "y,"
         "world_z,sensor_azimuth_deg,sensor_elevation_deg,sensor_x,sensor_y,sensor_z,confidence,"
         "share,bins,sigma_deg,existence,measured,unknown\n";
}

void append_window_csv(std::string& text, const session::Info& session,
                       const doa::WindowLength& window, bool oriented, const session::Estimate& e,
                       std::span<const session::TrackPoint* const> tracks) {
  const std::string where =
      fmt::format("{},{},{:.6f}", core::csv_field(session.id), window.label(), e.time_s);
  const char* unknown = e.ambiguity == session::Ambiguity::kNone ? "" : name_of(e.ambiguity);
  const auto direction = [&](std::size_t number, const Eigen::Vector3d& world,
                             const Eigen::Vector3d& sensor, double confidence, double share,
                             std::uint32_t bins) {
    text += fmt::format("direction,{},{},", where, number);
    append_angles(text, world, oriented);
    append_angles(text, sensor, true);
    text += fmt::format("{:.6g},{:.4f},{},,,,{}\n", confidence, share, bins, unknown);
  };
  for (std::size_t p = 0; p < e.peaks.size(); ++p) {
    const session::Peak& peak = e.peaks[p];
    direction(p + 1, peak.direction_world, peak.direction_sensor, peak.confidence, peak.norm_share,
              peak.bins);
  }
  if (e.peaks.empty() && !e.direction_sensor.isZero(0.0)) {
    direction(1, e.direction_world, e.direction_sensor, e.confidence, e.support, e.bins);
  } else if (e.peaks.empty()) {
    text += fmt::format("none,{},,,,,,,,,,,,,,{},,,,\n", where, e.bins);
  }
  for (const session::TrackPoint* track : tracks) {
    text += fmt::format("track,{},{},", where, track->id);
    append_angles(text, track->direction_world, oriented);
    append_angles(text, track->direction_sensor, true);
    text += fmt::format(",,,{:.3f},{:.4f},{},\n", track->sigma_deg, track->existence,
                        track->measured ? 1 : 0);
  }
}

void append_session_csv(std::string& text, const session::Info& session,
                        std::span<const doa::WindowLength> windows, bool oriented,
                        std::span<const session::Estimate> estimates,
                        std::span<const session::TrackPoint> tracks) {
  for (const session::Estimate& e : estimates) {
    std::vector<const session::TrackPoint*> now;
    const auto first = std::ranges::lower_bound(tracks, e.time_s, {}, &session::TrackPoint::time_s);
    for (auto track = first; track != tracks.end() && track->time_s == e.time_s; ++track) {
      now.push_back(&*track);
    }
    append_window_csv(text, session, windows[e.window], oriented, e, now);
  }
}

}  // namespace formats
