/// Tracks sources over successive windows.
#pragma once

#include <vector>

#include "doa/tracker.h"
#include "doa/window.h"
#include "session/estimate.h"
#include "session/track.h"

namespace localize {

/// The tracker's options for windows of one length. Neighboring windows share bins; windows are
/// independent if they are a whole length apart. The other options are the defaults of
/// doa::TrackerOptions. The defaults were set by reasoning and not yet chosen on recordings
/// (docs/use/streaming.md).
/// @throws core::UsageError  for "full": a track needs many windows
doa::TrackerOptions tracker_options(const doa::WindowLength& window);

/// Tracks of a session in the world.
/// @param windows  of one length, at rising times
std::vector<session::TrackPoint> track_session(const std::vector<session::Estimate>& windows,
                                               const doa::TrackerOptions& options);

}  // namespace localize
