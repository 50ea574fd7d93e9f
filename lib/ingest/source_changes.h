/// Intervals between changes of the source's direction.
#pragma once

#include <string>
#include <vector>

#include "imu/clock.h"
#include "ingest/audio_scan.h"
#include "ingest/facts.h"
#include "ingest/intervals.h"
#include "ingest/options.h"
#include "ingest/orientation_log.h"

namespace ingest {

/// Divides the spans between pauses where the world direction of their sound changes (see
/// align/change_points.h), and divides long intervals evenly. The directions are those of
/// options.model. Without a model they are those of a linear map that is fitted to this recording:
/// first to even spans, then to the intervals that the map has found.
/// @param facts     [out] the method and the number of changes
/// @param warnings  [out] says if no linear map fits: then only pauses separate intervals
std::vector<Interval> find_changes(const Options& options, const AudioScan& scan,
                                   const OrientationLog& log, const imu::ClockMap& clock,
                                   const std::string& prefix, ChangesFacts& facts,
                                   std::vector<std::string>& warnings);

}  // namespace ingest
