#include "ingest/clock_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "align/linear_alignment.h"
#include "core/errors.h"
#include "ingest/inertial_checks.h"
#include "ingest/span_features.h"
#include "session/features.h"

namespace ingest {
namespace {

constexpr double kNamedGapS = 1.0;
/// Share of the recording by which jumps must reduce what the log covers.
constexpr double kLostToJumps = 0.1;
/// Length of the sound that a check uses, and of the recording from which on it makes two.
constexpr double kCheckedSoundS = 30.0;
constexpr double kTwoChecksS = 120.0;
/// Longest span of sound that is looked at in one piece, s.
constexpr double kLongestSpanS = 60.0;
/// Offsets that matter: the linear map is blind to less (docs/evidence/experiments.md).
constexpr double kOffsetS = 0.06;
constexpr double kStandardErrors = 4.0;
/// Share of the rise above the ordinary agreement that the stated offset must miss.
constexpr double kMissedRise = 0.25;

/// Time of the recording that the log covers. @param closed  whether its gaps are closed first
double covered_s(const imu::ClockMap& clock, const OrientationLog& log, double duration_s,
                 bool closed) {
  double sum = 0.0;
  double shift_s = 0.0;
  for (std::size_t i = 0; i < log.tracks.size(); ++i) {
    const auto time_s = log.tracks[i].time_s();
    if (closed && i > 0) {
      const double gap_s = time_s.front() - log.tracks[i - 1].time_s().back();
      if (gap_s > kNamedGapS) shift_s += gap_s;
    }
    const double start_s = std::max(0.0, clock.to_recording(time_s.front() - shift_s));
    const double end_s = std::min(duration_s, clock.to_recording(time_s.back() - shift_s));
    sum += std::max(0.0, end_s - start_s);
  }
  return sum;
}

/// The gaps of more than a second, for people; empty: there are none.
std::string list_gaps(const OrientationLog& log) {
  constexpr std::size_t kListed = 3;
  std::string text;
  std::size_t count = 0;
  for (std::size_t i = 1; i < log.tracks.size(); ++i) {
    const double before_s = log.tracks[i - 1].time_s().back();
    const double gap_s = log.tracks[i].time_s().front() - before_s;
    if (gap_s <= kNamedGapS || ++count > kListed) continue;
    text += fmt::format("{}{:.3f} s after its time {:.3f} s", text.empty() ? "" : ", ", gap_s,
                        before_s);
  }
  if (count > kListed) text += fmt::format(" and {} more", count - kListed);
  return text;
}

/// The offset that the sound of some intervals prefers.
struct Preferred {
  double middle_s = 0.0;  ///< of the intervals, recording time
  double shift_s = 0.0;   ///< to add to the stated offset
  double standard_error_s = 0.0;
  double agreement = 0.0;
  double agreement_as_stated = 0.0;
  bool clear = false;  ///< whether the stated offset agrees clearly less
};

/// Nothing if the sound has no clear opinion.
std::optional<Preferred> prefer(const Options& options, const imu::ClockMap& clock,
                                const OrientationLog& log, const AudioScan& scan,
                                const std::vector<Interval>& intervals) {
  const std::vector<Span> spans = spread(intervals, kCheckedSoundS);
  Preferred preferred;
  for (const Span& span : spans) {
    preferred.middle_s += 0.5 * (span.start_s + span.end_s) / static_cast<double>(spans.size());
  }
  // The search knows no drift: the stated one is applied before it.
  const align::OrientationAt of_log = orientation_of(log);
  const align::OrientationAt orientation = [&](double recording_s, Eigen::Matrix3d& R) {
    return of_log(clock.to_log(recording_s), R);
  };
  align::AlignmentOptions search;
  search.max_offset_s = options.clock.max_offset_s;
  try {
    const align::Alignment found = align_without_model(options, scan, spans, orientation, search);
    if (found.flat) return std::nullopt;
    preferred.shift_s = found.offset_s;
    preferred.standard_error_s = found.standard_error_s;
    preferred.agreement = found.agreement;
    const auto stated =
        std::min_element(found.curve_offset_s.begin(), found.curve_offset_s.end(),
                         [](double a, double b) { return std::abs(a) < std::abs(b); });
    preferred.agreement_as_stated =
        found.curve_agreement[static_cast<std::size_t>(stated - found.curve_offset_s.begin())];
    const double rise = found.agreement - found.ordinary_agreement;
    preferred.clear = std::abs(preferred.shift_s) > kOffsetS &&
                      std::abs(preferred.shift_s) > kStandardErrors * found.standard_error_s &&
                      found.agreement - preferred.agreement_as_stated > kMissedRise * rise;
    return preferred;
  } catch (const core::InputError&) {
    return std::nullopt;  // too little sound
  }
}

void warn_of_offset(const Preferred& found, double offset_s, std::vector<std::string>& warnings) {
  if (!found.clear) return;
  warnings.push_back(fmt::format(
      "the sound agrees better if the log's times are shifted by {:+.2f} s (agreement {:.3f} "
      "instead of {:.3f}): try --time-offset auto, or state --time-offset {:.2f}",
      found.shift_s, found.agreement, found.agreement_as_stated, offset_s + found.shift_s));
}

/// Warns of a drift between two parts of a recording.
/// @return  whether there is one
bool warn_of_drift(const Preferred& early, const Preferred& late, double drift,
                   std::vector<std::string>& warnings) {
  const double apart_s = late.middle_s - early.middle_s;
  const double change_s = late.shift_s - early.shift_s;
  const double error_s = std::hypot(early.standard_error_s, late.standard_error_s);
  if (std::abs(change_s) < std::max(0.5 * kOffsetS, kStandardErrors * error_s)) return false;
  warnings.push_back(
      fmt::format("the sound's best time offset changes by {:+.3f} s within {:.0f} s (standard "
                  "error {:.3f} s): "
                  "the log's clock may be slow by {:.0f} ppm, or jump; try taps at both ends, or "
                  "--time-offset auto with --model, or state --time-drift",
                  change_s, apart_s, error_s, (drift + change_s / apart_s) * 1e6));
  return true;
}

}  // namespace

std::vector<Span> spread(const std::vector<Interval>& intervals, double seconds) {
  double total_s = 0.0;
  for (const Interval& i : intervals) total_s += i.span.length_s();
  const double share = std::min(1.0, seconds / std::max(total_s, 1e-9));
  // Long intervals are cut, so that neither the time nor the memory grows with them.
  std::vector<Span> spans;
  for (const Interval& interval : intervals) cut_evenly(interval.span, kLongestSpanS, spans);
  std::vector<Span> chosen;
  double due = 1.0;  // The first span is always chosen.
  for (const Span& span : spans) {
    if (due >= 1.0) {
      chosen.push_back(span);
      due -= 1.0;
    }
    due += share;
  }
  return chosen;
}

align::Alignment align_without_model(const Options& options, const AudioScan& scan,
                                     const std::vector<Span>& spans,
                                     const align::OrientationAt& orientation,
                                     const align::AlignmentOptions& search) {
  std::vector<align::TimedSpectra> spectra;
  const session::FeatureSettings settings = settings_without_model(options);
  for_each_span(options, scan, spans, settings, [&](const session::Features& f) {
    spectra.push_back(block_spectra(f, settings, scan.channel.size()));
  });
  return align::align_linearly(spectra, orientation, search);
}

void check_jumps(const LogOptions& options, const imu::ClockMap& clock, const OrientationLog& log,
                 const AudioScan& scan, std::vector<std::string>& warnings) {
  const std::string gaps = list_gaps(log);
  if (gaps.empty()) return;
  const double as_it_is_s = covered_s(clock, log, scan.duration_s(), false);
  const double closed_s = covered_s(clock, log, scan.duration_s(), true);
  const std::string found = "the log has no samples for " + gaps;
  if (closed_s < as_it_is_s + kLostToJumps * scan.duration_s()) {
    warnings.push_back(found + ": a pause, or a jump of its clock");
    return;
  }
  refuse(options, false,
         fmt::format("{}: its clock jumps there, because without the jump it would cover {:.1f} s "
                     "of the recording, with it {:.1f} s; repair the times, or state --trust-log",
                     found, closed_s, as_it_is_s),
         warnings);
}

void check_stated_clock(const Options& options, const imu::ClockMap& clock,
                        const OrientationLog& log, const AudioScan& scan,
                        const std::vector<Interval>& intervals,
                        std::vector<std::string>& warnings) {
  double sound_s = 0.0;
  for (const Interval& interval : intervals) sound_s += interval.span.length_s();
  if (sound_s < kCheckedSoundS) return;
  if (scan.duration_s() < kTwoChecksS || sound_s < 2.0 * kCheckedSoundS) {
    const auto found = prefer(options, clock, log, scan, intervals);
    if (found) warn_of_offset(*found, clock.offset_s, warnings);
    return;
  }
  const auto second = std::find_if(intervals.begin(), intervals.end(), [&](const Interval& i) {
    return i.span.start_s >= 0.5 * scan.duration_s();
  });
  const auto early = prefer(options, clock, log, scan, {intervals.begin(), second});
  const auto late = prefer(options, clock, log, scan, {second, intervals.end()});
  if (early && late && warn_of_drift(*early, *late, clock.drift, warnings)) return;
  if (early) warn_of_offset(*early, clock.offset_s, warnings);
  if (late && !early) warn_of_offset(*late, clock.offset_s, warnings);
}

}  // namespace ingest
