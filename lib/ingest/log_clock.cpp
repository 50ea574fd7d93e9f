#include "ingest/log_clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "ingest/clock_checks.h"
#include "ingest/span_features.h"
#include "learn/model.h"
#include "report/svg/plot.h"
#include "session/features.h"

namespace ingest {
namespace {

/// Length of the sound that the search uses, spread over the recording, s: more sound makes the
/// result little more accurate.
constexpr double kAlignmentS = 150.0;
/// See imu::find_jumps().
constexpr double kTapThreshold = 4.0;
/// Share of the recording that the log covers unless something is wrong.
constexpr double kUsualCover = 0.9;
/// Share below which log and recording do not belong together.
constexpr double kLeastCover = 0.25;
/// Length of the log over that of the recording above which the unit of its times is doubtful. A
/// wrong unit makes 1000.
constexpr double kLongestLog = 50.0;

/// The clock of a log that starts with the recording.
imu::ClockMap clock_from_start(const Options& options, const OrientationLog& log) {
  const double drift = options.clock.drift;
  return {-(1.0 + drift) * log.first_s(), drift};
}

/// Sets the clock at which a search starts.
void guess_clock(const Options& options, const OrientationLog& log, const AudioScan& scan,
                 ClockFacts& facts) {
  facts.guessed_start = log.last_s() <= 0.0 || log.first_s() >= scan.duration_s();
  facts.clock = facts.guessed_start ? clock_from_start(options, log)
                                    : imu::ClockMap{0.0, options.clock.drift};
}

/// Moments at which the level of the recording rises suddenly, recording time, s.
std::vector<double> audio_jumps(const AudioScan& scan) {
  constexpr std::size_t kBefore = 25;  // The level is compared with its mean over 25 ms before.
  std::vector<double> rise(scan.level.size(), 0.0);
  std::vector<double> time_s(scan.level.size());
  double before = 0.0;
  for (std::size_t i = 0; i < scan.level.size(); ++i) {
    time_s[i] = (static_cast<double>(i) + 0.5) * 1e-3;
    if (i >= kBefore) {
      rise[i] = std::sqrt(std::max(0.0, scan.level[i] - before / kBefore));
      before -= scan.level[i - kBefore];
    }
    before += scan.level[i];
  }
  return imu::find_jumps(rise, time_s, kTapThreshold);
}

/// Moments at which the acceleration jumps, log time, s. A jump between two samples is taken to
/// happen in the middle between them.
std::vector<double> accelerometer_jumps(const imu::Samples& samples) {
  std::vector<double> jerk;
  std::vector<double> time_s;
  for (std::size_t i = 1; i < samples.time_s.size(); ++i) {
    const Eigen::Vector3d step = samples.accelerometer_m_s2[i] - samples.accelerometer_m_s2[i - 1];
    jerk.push_back(step.allFinite() ? step.norm() : 0.0);
    time_s.push_back(0.5 * (samples.time_s[i] + samples.time_s[i - 1]));
  }
  return imu::find_jumps(jerk, time_s, kTapThreshold);
}

void align_by_taps(const Options& options, const OrientationLog& log, const AudioScan& scan,
                   ClockFacts& facts, std::vector<std::string>& warnings) {
  if (log.imu.time_s.empty()) {
    throw core::UsageError("--time-offset taps: needs an accelerometer: give --imu");
  }
  facts.taps = imu::match_taps(accelerometer_jumps(log.imu), audio_jumps(scan), facts.clock,
                               options.clock.max_offset_s);
  facts.clock = facts.taps->clock;
  facts.method = "taps";
  if (!facts.taps->drift_known) {
    warnings.emplace_back(
        "taps lie within a minute of each other: the clocks' drift is not known from them");
  }
}

align::Alignment align_by_model(const Options& options, const AudioScan& scan,
                                const std::vector<Interval>& intervals,
                                const align::OrientationAt& orientation,
                                const align::AlignmentOptions& search) {
  const formats::LoadedModel loaded = read_model_for(options, scan);
  learn::Predictor predictor(loaded.model);
  std::vector<align::IntervalPredictions> predictions;
  for_each_span(
      options, scan, spread(intervals, kAlignmentS), loaded.settings,
      [&](const session::Features& f) { predictions.push_back(predict_span(predictor, f)); });
  return align::align(predictions, orientation, search);
}

/// The agreement over the time at which the log starts in the recording. The log's own times may
/// count from 1970.
/// @param middle_offset_s  best offset, at the recording's middle
std::string draw(const align::Alignment& found, double middle_offset_s, double log_first_s) {
  const double start_s = middle_offset_s + log_first_s;
  std::vector<double> starts_s = found.curve_offset_s;
  for (double& value : starts_s) value += log_first_s;
  report::svg::SvgPlot plot;
  plot.title = "Agreement over the start of the log";
  plot.description = fmt::format("The best start is at {:.4f} s with an agreement of {:.3f}.",
                                 start_s, found.agreement);
  plot.x.label = "start of the log in the recording, s";
  plot.y.label = "agreement (1: one direction)";
  plot.series.push_back({"all starts tried",
                         starts_s,
                         found.curve_agreement,
                         {},
                         {},
                         0,
                         report::svg::Dash::kSolid,
                         false});
  plot.series.push_back({fmt::format("found: {:.4f} s, standard error {:.1f} ms", start_s,
                                     found.standard_error_s * 1e3),
                         {start_s},
                         {found.agreement},
                         {},
                         {},
                         1});
  return report::svg::render_svg(plot, false);
}

void warn_if_flat(const align::Alignment& found, bool has_model,
                  std::vector<std::string>& warnings) {
  if (!found.flat) return;
  warnings.push_back(
      fmt::format("--time-offset auto: the optimum is flat (agreement {:.3f}, at other offsets "
                  "{:.3f}, standard "
                  "error {:.1f} ms): do not rely on it; {}",
                  found.agreement, found.ordinary_agreement, found.standard_error_s * 1e3,
                  has_model ? "the model may be of another array, or the channels in another order"
                            : "turn faster and with changes of speed, record more, or tap"));
}

void align_by_agreement(const Options& options, const OrientationLog& log, const AudioScan& scan,
                        const std::vector<Interval>& intervals, ClockResult& result,
                        std::vector<std::string>& warnings) {
  ClockFacts& facts = result.facts;
  align::AlignmentOptions search;
  search.guess_offset_s = facts.clock.offset_s;
  search.max_offset_s = options.clock.max_offset_s;
  const bool has_model = !options.model.empty();
  const align::Alignment found =
      has_model ? align_by_model(options, scan, intervals, orientation_of(log), search)
                : align_without_model(options, scan, spread(intervals, kAlignmentS),
                                      orientation_of(log), search);
  facts.clock = {found.offset_s, has_model ? found.drift : options.clock.drift};
  const double middle_s = 0.5 * scan.duration_s();
  result.picture = draw(found, middle_s - facts.clock.to_log(middle_s), log.first_s());
  facts.method = has_model ? "agreement of " + options.model.filename().string()
                           : "agreement of a linear map, no model; drift not sought";
  facts.agreement = AgreementFacts{found.agreement, found.ordinary_agreement,
                                   found.standard_error_s, std::nullopt, found.flat};
  if (has_model) facts.agreement->drift_standard_error = found.drift_standard_error;
  warn_if_flat(found, has_model, warnings);
}

/// Refuses a log whose length shows that it is not the recording's, or that its times are not in the
/// unit that was assumed.
void check_lengths(const LogOptions& options, const OrientationLog& log, const AudioScan& scan,
                   double shared_s) {
  if (options.trust_log) return;
  const double log_s = log.last_s() - log.first_s();
  const std::string lengths =
      fmt::format("the log lasts {:.6g} s, the recording {:.6g} s", log_s, scan.duration_s());
  if (!log.time_unit_stated && log_s > kLongestLog * scan.duration_s()) {
    throw core::InputError(fmt::format(
        "{}: {} times as long; are its times in ms? state --time-unit (s, if they are in seconds)",
        lengths, std::round(log_s / scan.duration_s())));
  }
  if (shared_s < kLeastCover * scan.duration_s()) {
    throw core::InputError(fmt::format(
        "{}, and they share {:.3g} s: expected a log that covers the recording; check its unit of "
        "times (--time-unit), the offset (--time-offset) and the recording's sample rate of {:.0f} "
        "Hz, or state --trust-log to import what they share",
        lengths, shared_s, scan.rate_hz));
  }
}

/// @throws core::InputError  if log and recording do not overlap
void check_overlap(const LogOptions& options, const imu::ClockMap& clock, const OrientationLog& log,
                   const AudioScan& scan, std::vector<std::string>& warnings) {
  const double start_s = clock.to_recording(log.first_s());
  const double end_s = clock.to_recording(log.last_s());
  const double shared_s = std::min(end_s, scan.duration_s()) - std::max(start_s, 0.0);
  if (shared_s <= 0.0) {
    throw core::InputError(
        fmt::format("the orientation covers {:.3f} to {:.3f} s of recording time, the recording 0 "
                    "to {:.3f} s: they do not overlap; state --time-offset (start: the log starts "
                    "with the recording)",
                    start_s, end_s, scan.duration_s()));
  }
  check_lengths(options, log, scan, shared_s);
  if (shared_s < kUsualCover * scan.duration_s()) {
    warnings.push_back(fmt::format(
        "only {:.1f} of {:.1f} s of the recording have an orientation (it lasts {:.1f} "
        "s): is the recording's sample rate of {:.0f} Hz right, and is the log complete?",
        shared_s, scan.duration_s(), end_s - start_s, scan.rate_hz));
  }
}

}  // namespace

ClockResult find_clock(const Options& options, const OrientationLog& log, const AudioScan& scan,
                       const std::vector<Interval>& intervals, std::vector<std::string>& warnings) {
  ClockResult result;
  ClockFacts& facts = result.facts;
  switch (options.clock.rule) {
    case ClockRule::kStated:
      facts.clock = {options.clock.offset_s, options.clock.drift};
      facts.method =
          options.clock.offset_s == 0.0 ? "as the files say (assumed: one clock)" : "stated";
      break;
    case ClockRule::kStart:
      facts.clock = clock_from_start(options, log);
      facts.method = "the log starts with the recording (stated)";
      break;
    case ClockRule::kTaps:
      guess_clock(options, log, scan, facts);
      align_by_taps(options, log, scan, facts, warnings);
      break;
    case ClockRule::kAgreement:
      guess_clock(options, log, scan, facts);
      align_by_agreement(options, log, scan, intervals, result, warnings);
      break;
  }
  facts.log_start_s = facts.clock.to_recording(log.first_s());
  check_jumps(options.log, facts.clock, log, scan, warnings);
  check_overlap(options.log, facts.clock, log, scan, warnings);
  if (options.clock.rule == ClockRule::kStated || options.clock.rule == ClockRule::kStart) {
    check_stated_clock(options, facts.clock, log, scan, intervals, warnings);
  }
  return result;
}

}  // namespace ingest
