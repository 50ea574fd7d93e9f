/// Doubts about a log's clock that log and sound raise by themselves.
#pragma once

#include <string>
#include <vector>

#include "align/alignment.h"
#include "imu/clock.h"
#include "ingest/audio_scan.h"
#include "ingest/intervals.h"
#include "ingest/options.h"
#include "ingest/orientation_log.h"

namespace ingest {

/// Evenly chosen intervals, or pieces of at most a minute of long ones, about `seconds` long in all.
std::vector<Span> spread(const std::vector<Interval>& intervals, double seconds);

/// Searches the offset at which the directions of a linear map agree, in the sound of some spans.
/// @throws core::InputError  if there is too little sound or orientation
align::Alignment align_without_model(const Options& options, const AudioScan& scan,
                                     const std::vector<Span>& spans,
                                     const align::OrientationAt& orientation,
                                     const align::AlignmentOptions& search);

/// Names gaps of the log of more than a second: its clock may have jumped.
/// @throws core::InputError  if the log would cover clearly more of the recording without its gaps,
///                           so that they are jumps of its clock; unless options.trust_log
void check_jumps(const LogOptions& options, const imu::ClockMap& clock, const OrientationLog& log,
                 const AudioScan& scan, std::vector<std::string>& warnings);

/// Compares a clock that was stated or assumed with the sound: with half a minute of it, or, in a
/// recording of two minutes or more, with half a minute of either half, which also shows a drift.
/// Warns if another clock agrees clearly better. Less than half a minute of sound is not compared.
void check_stated_clock(const Options& options, const imu::ClockMap& clock,
                        const OrientationLog& log, const AudioScan& scan,
                        const std::vector<Interval>& intervals, std::vector<std::string>& warnings);

}  // namespace ingest
