#include "localize/tracking.h"

#include "core/errors.h"
#include "session/estimate.h"
#include "session/track.h"

namespace localize {

doa::TrackerOptions tracker_options(const doa::WindowLength& window, bool evidence,
                                    doa::WindowPlace place) {
  if (window.full()) {
    throw core::UsageError(
        "--track: expected a window length such as 0.5, found full: a track needs many windows");
  }
  doa::TrackerOptions options;
  options.independent_s = *window.seconds;
  if (place == doa::WindowPlace::kCausal) options.age_s = 0.5 * *window.seconds;
  if (evidence) {
    options.detection = 0.8;
    options.clutter = 0.03;
  }
  return options;
}

namespace {

/// The directions that a window gives to the tracker: its peaks, its only direction, or none.
std::vector<Eigen::Vector3d> measured_directions(const session::Estimate& window) {
  std::vector<Eigen::Vector3d> directions;
  for (const session::Peak& peak : window.peaks) directions.push_back(peak.direction_world);
  if (directions.empty() && !window.direction_world.isZero(0.0)) {
    directions.push_back(window.direction_world);
  }
  return directions;
}

}  // namespace

std::vector<session::TrackPoint> track_session(const std::vector<session::Estimate>& windows,
                                               const doa::TrackerOptions& options) {
  doa::Tracker tracker(options);
  std::vector<session::TrackPoint> rows;
  for (const session::Estimate& window : windows) {
    for (const doa::TrackState& state : tracker.step(window.time_s, measured_directions(window))) {
      session::TrackPoint row;
      row.id = state.id;
      row.time_s = window.time_s;
      row.direction_world = state.direction;
      row.direction_sensor = window.q_world_sensor.conjugate() * state.direction;
      row.sigma_deg = state.sigma_deg;
      row.existence = state.existence;
      row.measured = state.measured;
      rows.push_back(row);
    }
  }
  return rows;
}

}  // namespace localize
