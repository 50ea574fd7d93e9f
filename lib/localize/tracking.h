/// From directions of successive windows to tracks.
#pragma once

#include <vector>

#include "doa/tracker.h"
#include "doa/window.h"
#include "session/estimate.h"
#include "session/track.h"

namespace localize {

/// The tracker's options for windows of one length: neighboring windows share bins, and only those
/// a whole length apart are independent. The other values are doa::TrackerOptions' own, set by
/// reasoning and not yet chosen on recordings (docs/use/streaming.md).
/// @throws core::UsageError  for "full": tracks need many windows
doa::TrackerOptions tracker_options(const doa::WindowLength& window);

/// The directions a window gives the tracker: its peaks, or its one direction, or none.
std::vector<Eigen::Vector3d> measured_directions(const session::Estimate& window);

/// Tracks of a session in the world.
/// @param windows  of one length, at rising times
std::vector<session::TrackPoint> track_session(const std::vector<session::Estimate>& windows,
                                               const doa::TrackerOptions& options);

}  // namespace localize
