/// Tracks sources over successive windows.
#pragma once

#include <vector>

#include "doa/tracker.h"
#include "doa/window.h"
#include "session/estimate.h"
#include "session/track.h"

namespace localize {

/// The tracker's options for windows of one length. Neighboring windows share bins; windows are
/// independent if they are a whole length apart. If each direction has evidence
/// (EstimatorSetup::source_gain), false directions are rare and a track needs fewer windows. These
/// options were chosen on simulated sessions (docs/use/streaming.md); those without evidence are
/// the defaults of doa::TrackerOptions, set by reasoning.
/// @param evidence  directions without evidence were left out
/// @param place     causal: a window's directions are half its length old when it ends
/// @throws core::UsageError  for "full": a track needs many windows
doa::TrackerOptions tracker_options(const doa::WindowLength& window, bool evidence,
                                    doa::WindowPlace place);

/// Tracks of a session in the world.
/// @param windows  of one length, at rising times
std::vector<session::TrackPoint> track_session(const std::vector<session::Estimate>& windows,
                                               const doa::TrackerOptions& options);

}  // namespace localize
