/// The facts of a recording in words.
#pragma once

#include <string>
#include <vector>

#include "ingest/facts.h"

namespace ingest {

/// A fact in words, such as "clock" and "offset 0.3512 s, drift 51.0 ppm: taps".
struct ReportLine {
  std::string name;
  std::string text;
};

/// The recording's sound.
ReportLine recording_line(const AudioFacts& audio);
/// Channels that are not used, and which microphone is which channel. Empty: all channels, in order.
std::vector<ReportLine> channel_lines(const AudioFacts& audio);
/// The log, its clock, and what was lost.
std::vector<ReportLine> log_lines(const RecordingFacts& facts);

}  // namespace ingest
