/// The offset and drift between the log's clock and the recording's clock.
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

struct ClockResult {
  ClockFacts facts;     ///< Including the clock itself.
  std::string picture;  ///< SVG of the search, for a page; empty: no search.
};

/// Finds the clock by options.clock.rule. A log whose times all lie outside the recording (a wall
/// clock) is taken to start with the recording before taps or agreement are searched; the facts say
/// so.
/// @param warnings  [out] receives doubts about the result
/// @throws core::UsageError  if taps are to be searched and there is no accelerometer
/// @throws core::InputError  if there is no clear answer, or log and recording do not overlap
ClockResult find_clock(const Options& options, const OrientationLog& log, const AudioScan& scan,
                       const std::vector<Interval>& intervals, std::vector<std::string>& warnings);

}  // namespace ingest
