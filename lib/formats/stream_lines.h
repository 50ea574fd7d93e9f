/// One JSON line a window, for whoever reads the stream.
#pragma once

#include <string>
#include <vector>

#include "doa/tracker.h"
#include "localize/stream_localizer.h"

namespace formats {

/// {"time_s", "bins", "orientation", "sources", "directions": [{"sensor": {"xyz", "azimuth_deg",
/// "elevation_deg"} or null, "world": the same or null, "confidence", "share"}, ...]}, without a
/// line end. With tracks also "tracks": [{"id", "sensor", "world", "sigma_deg", "existence",
/// "measured"}, ...]. Angles and axes: docs/use/streaming.md. Numbers have fixed decimals: same input,
/// same bytes.
/// @param tracks  null: not tracked; in the world if there is orientation, else in the sensor frame
std::string stream_line(const localize::StreamEstimate& estimate, bool has_pose,
                        const std::vector<doa::TrackState>* tracks = nullptr);

}  // namespace formats
