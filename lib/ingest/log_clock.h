/// The log's clock against the recording's.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "align/alignment.h"
#include "imu/clock.h"
#include "ingest/audio_scan.h"
#include "ingest/intervals.h"
#include "ingest/options.h"
#include "ingest/orientation_log.h"

namespace ingest {

struct ClockResult {
  imu::ClockMap clock;
  nlohmann::json facts = nlohmann::json::object();
  std::string picture;  ///< SVG of the search; empty: there was none
};

/// By options.time_offset: seconds as stated; "start" (the log starts with the recording); "taps"
/// (synchronization taps in the accelerometer and the recording); "auto" (agreement of --model).
/// A log whose times lie wholly outside the recording (a wall clock) is taken to start with it
/// before taps or agreement are looked for; this is said in the facts.
/// @throws core::InputError  if there is no clear answer, or log and recording do not overlap
ClockResult find_clock(const Options& options, const OrientationLog& log, const AudioScan& scan,
                       const std::vector<Interval>& intervals, std::vector<std::string>& warnings);

/// An option that is a number of seconds; nothing if it is one of the words. @throws
/// core::UsageError
std::optional<double> stated_offset(const std::string& text);

}  // namespace ingest
