/// Which spans of a recording become sessions.
#pragma once

#include <string>
#include <vector>

#include "imu/clock.h"
#include "ingest/audio_scan.h"
#include "ingest/facts.h"
#include "ingest/options.h"
#include "ingest/orientation_log.h"
#include "session/session.h"

namespace ingest {

/// A stretch of time in which the source stands still in the world.
struct Interval {
  std::string id;
  Span span;
  /// Sources, if the file states them; their times count from the interval's start.
  std::vector<session::SourceTruth> sources;
  std::size_t track = 0;  ///< Index into OrientationLog::tracks; covered_intervals() sets it.
};

/// Spans between pauses of at least silence_s.
std::vector<Span> sounding_spans(const AudioScan& scan, double silence_s);

/// Divides a span into equal spans of at most max_length_s and appends them.
void cut_evenly(const Span& span, double max_length_s, std::vector<Span>& spans);

/// Intervals that are named by their numbers, with `prefix` in front.
std::vector<Interval> name_intervals(const std::vector<Span>& spans, const std::string& prefix);

/// Divides a recording by options.rule. IntervalRule::kChanges is treated as kSilence here, since
/// it needs a clock first: see find_changes().
/// @throws core::InputError  on a file with rows that end before they start, lie outside the
///                           recording, or have a direction of length 0
std::vector<Interval> find_intervals(const IntervalOptions& options, const AudioScan& scan,
                                     const std::string& prefix);

/// Truth of a recording as csl-simulate --wav writes it (source,start_s,end_s,x,y,z[,wx,wy,wz]).
std::vector<session::SourceTruth> read_truth_file(const std::filesystem::path& path);

/// The spans of the intervals where the orientation has no gap and no sample is bad. Each of them
/// belongs to one track of the log.
/// @param min_length_s  shorter spans are left out
std::vector<Interval> covered_intervals(const std::vector<Interval>& intervals,
                                        const OrientationLog& log, const imu::ClockMap& clock,
                                        const std::vector<Span>& bad, double min_length_s,
                                        CoverageLoss& loss);

}  // namespace ingest
