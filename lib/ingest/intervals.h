/// Which stretches of a recording become sessions.
#pragma once

#include <string>
#include <vector>

#include "formats/session_table.h"
#include "imu/clock.h"
#include "ingest/audio_scan.h"
#include "ingest/options.h"
#include "ingest/orientation_log.h"
#include "session/session.h"

namespace ingest {

/// A stretch in which the source stands still in the world.
struct Interval {
  std::string id;
  Span span;
  std::vector<session::SourceTruth>
      sources;  ///< where the file says so; times count from the interval's start
};

/// Stretches between pauses of at least silence_s.
std::vector<Span> sounding_spans(const AudioScan& scan, double silence_s);

/// Adds equal parts of a span, each at most as long as allowed.
void cut_evenly(const Span& span, double longest_s, std::vector<Span>& parts);

/// Intervals with the numbers of parts behind `id` as names.
std::vector<Interval> name_intervals(const std::vector<Span>& parts, const std::string& id);

/// By options.intervals: "silence" (between pauses, long stretches cut in equal parts), "segments"
/// (equal parts of the whole), "whole", or the rows of a CSV (start_s, end_s[, x, y, z]). "changes"
/// is as "silence" here: it needs a clock first (import_changes.h).
/// @throws core::InputError  on a file with rows that end before they start, lie outside the
/// recording, or have a direction of length 0
std::vector<Interval> find_intervals(const Options& options, const AudioScan& scan,
                                     const std::string& id);

/// Truth of a recording as csl-simulate --wav writes it (source,start_s,end_s,x,y,z).
std::vector<session::SourceTruth> read_truth_file(const std::filesystem::path& path);

struct CoverageLoss {
  double without_orientation_s = 0.0;
  double masked_s = 0.0;      ///< samples that are no numbers
  std::size_t too_short = 0;  ///< pieces left out
};

/// Parts of the intervals where there is orientation without gaps and no bad sample.
std::vector<Interval> covered_parts(const std::vector<Interval>& intervals,
                                    const OrientationLog& log, const imu::ClockMap& clock,
                                    const std::vector<Span>& bad, double min_interval_s,
                                    CoverageLoss& loss);

}  // namespace ingest
