/// The JSON lines of a stream, one for each window.
#pragma once

#include <string>
#include <vector>

#include "doa/tracker.h"
#include "localize/stream_localizer.h"

namespace formats {

/// The line of one window without its line end:
/// {"window_s", "time_s", "bins", "orientation", "sources", "directions": [{"sensor": {"xyz", "azimuth_deg",
/// "elevation_deg"} or null, "world": the same or null, "confidence", "share"}, ...]}.
/// With "unknown": "side" or "cone" before "directions" where the array cannot tell it.
/// With tracks also "tracks": [{"id", "sensor", "world", "sigma_deg", "existence",
/// "measured"}, ...]. Angles and axes: docs/use/streaming.md. Numbers have fixed
/// decimals, so that the same input gives the same bytes.
/// @param tracks  tracks in the world if there is orientation, otherwise in the sensor frame; null:
///                sources are not tracked
std::string stream_line(const localize::StreamEstimate& estimate, bool has_pose,
                        const std::vector<doa::TrackState>* tracks = nullptr);

}  // namespace formats
