#include "ingest/log_clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "align/linear_alignment.h"
#include "core/errors.h"
#include "ingest/listen.h"
#include "learn/model.h"
#include "learn/reflection_cues.h"
#include "report/svg/plot.h"
#include "session/features.h"

namespace ingest {
namespace {

/// Sound that is looked at, spread over the recording: more does not sharpen the answer much.
constexpr double kAlignmentS = 150.0;
constexpr double kTapThreshold = 4.0;

imu::ClockMap first_guess(const Options& options, const OrientationLog& log, const AudioScan& scan,
                          nlohmann::json& facts) {
  const double drift = options.time_drift_ppm * 1e-6;
  if (log.last_s() > 0.0 && log.first_s() < scan.duration_s()) return {0.0, drift};
  facts["guess"] = "the log's times lie outside the recording: taken to start with it";
  return {-(1.0 + drift) * log.first_s(), drift};
}

/// Rises in level, and the moments at which they end.
std::vector<double> audio_jumps(const AudioScan& scan) {
  constexpr std::size_t kBefore = 25;  // ms
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

/// Jerks of the accelerometer; a jerk between two samples happened half a step before the second.
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
                   ClockResult& result, std::vector<std::string>& warnings) {
  if (log.imu.time_s.empty()) {
    throw core::UsageError("--time-offset taps: needs an accelerometer: give --imu");
  }
  const imu::TapMatch match = imu::match_taps(accelerometer_jumps(log.imu), audio_jumps(scan),
                                              result.clock, options.max_offset_s);
  result.clock = match.clock;
  result.facts["method"] = "taps";
  result.facts["taps"] = match.matched;
  result.facts["taps_at_runner_up"] = match.runner_up;
  result.facts["residual_s"] = match.residual_s;
  if (!match.drift_known) {
    warnings.emplace_back(
        "taps lie within a minute of each other: the clocks' drift is not known from them");
  }
}

/// Evenly chosen intervals of about kAlignmentS in all.
std::vector<Span> spread(const std::vector<Interval>& intervals) {
  double total_s = 0.0;
  for (const Interval& i : intervals) total_s += i.span.end_s - i.span.start_s;
  const double share = std::min(1.0, kAlignmentS / std::max(total_s, 1e-9));
  std::vector<Span> chosen;
  double due = 1.0;  // the first interval is always in
  for (const Interval& interval : intervals) {
    if (due >= 1.0) {
      chosen.push_back(interval.span);
      due -= 1.0;
    }
    due += share;
  }
  return chosen;
}

align::Alignment align_by_model(const Options& options, const AudioScan& scan,
                                const std::vector<Interval>& intervals,
                                const align::OrientationAt& orientation,
                                const align::AlignmentOptions& search) {
  const formats::LoadedModel loaded = read_model_for(options, scan);
  learn::Predictor predictor(loaded.model);
  std::vector<align::IntervalPredictions> heard;
  for_each_piece(options, scan, spread(intervals), loaded.settings,
                 [&](const session::Features& f) { heard.push_back(listen(predictor, f)); });
  return align::align(heard, orientation, search);
}

align::Alignment align_without_model(const Options& options, const AudioScan& scan,
                                     const std::vector<Interval>& intervals,
                                     const align::OrientationAt& orientation,
                                     const align::AlignmentOptions& search) {
  std::vector<align::TimedSpectra> heard;
  const session::FeatureSettings settings = settings_without_model(options);
  for_each_piece(options, scan, spread(intervals), settings, [&](const session::Features& f) {
    heard.push_back(listen_linearly(f, settings, scan.channel.size()));
  });
  return align::align_linearly(heard, orientation, search);
}

std::string draw(const align::Alignment& found, double middle_offset_s) {
  report::svg::SvgPlot plot;
  plot.title = "Agreement over the time offset";
  plot.description = fmt::format("The best offset is {:.4f} s with an agreement of {:.3f}.",
                                 middle_offset_s, found.agreement);
  plot.x.label = "offset at the recording's middle, s";
  plot.y.label = "agreement (1: all sound of an interval from one direction)";
  plot.series.push_back({"all offsets tried",
                         found.curve_offset_s,
                         found.curve_agreement,
                         {},
                         {},
                         0,
                         report::svg::Dash::kSolid,
                         false});
  plot.series.push_back({fmt::format("found: {:.4f} s, standard error {:.1f} ms", middle_offset_s,
                                     found.standard_error_s * 1e3),
                         {middle_offset_s},
                         {found.agreement},
                         {},
                         {},
                         1});
  return report::svg::render_svg(plot, true);
}

void align_by_agreement(const Options& options, const OrientationLog& log, const AudioScan& scan,
                        const std::vector<Interval>& intervals, ClockResult& result,
                        std::vector<std::string>& warnings) {
  align::AlignmentOptions search;
  search.guess_offset_s = result.clock.offset_s;
  search.max_offset_s = options.max_offset_s;
  const bool has_model = !options.model.empty();
  const align::Alignment found =
      has_model ? align_by_model(options, scan, intervals, orientation_of(log), search)
                : align_without_model(options, scan, intervals, orientation_of(log), search);
  result.clock = {found.offset_s, has_model ? found.drift : options.time_drift_ppm * 1e-6};
  const double middle_s = 0.5 * scan.duration_s();
  const double middle_offset_s = middle_s - result.clock.to_log(middle_s);
  result.picture = draw(found, middle_offset_s);
  result.facts["method"] =
      has_model ? "agreement of " + options.model.filename().string()
                : std::string("agreement of a linear map, no model; drift not sought");
  result.facts["agreement"] = found.agreement;
  result.facts["ordinary_agreement"] = found.ordinary_agreement;
  result.facts["standard_error_s"] = found.standard_error_s;
  if (has_model) result.facts["drift_standard_error_ppm"] = found.drift_standard_error * 1e6;
  result.facts["flat"] = found.flat;
  if (found.flat) {
    warnings.push_back(fmt::format(
        "--time-offset auto: the optimum is flat (agreement {:.3f}, at other offsets "
        "{:.3f}, standard error "
        "{:.1f} ms): do not rely on it; {}",
        found.agreement, found.ordinary_agreement, found.standard_error_s * 1e3,
        has_model ? "the model may be of another array, or the channels in another order"
                  : "turn faster and with changes of speed, record more, or tap"));
  }
}

}  // namespace

std::optional<double> stated_offset(const std::string& text) {
  if (text == "start" || text == "taps" || text == "auto") return std::nullopt;
  double seconds = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(seconds)) {
    throw core::UsageError(
        fmt::format("--time-offset: expected seconds, start, taps or auto, found \"{}\"", text));
  }
  return seconds;
}

ClockResult find_clock(const Options& options, const OrientationLog& log, const AudioScan& scan,
                       const std::vector<Interval>& intervals, std::vector<std::string>& warnings) {
  ClockResult result;
  const double drift = options.time_drift_ppm * 1e-6;
  if (const auto seconds = stated_offset(options.time_offset)) {
    result.clock = {*seconds, drift};
    result.facts["method"] = *seconds == 0.0 ? "as the files say (assumed: one clock)" : "stated";
  } else if (options.time_offset == "start") {
    result.clock = {-(1.0 + drift) * log.first_s(), drift};
    result.facts["method"] = "the log starts with the recording (stated)";
  } else {
    result.clock = first_guess(options, log, scan, result.facts);
    if (options.time_offset == "taps") {
      align_by_taps(options, log, scan, result, warnings);
    } else {
      align_by_agreement(options, log, scan, intervals, result, warnings);
    }
  }
  const double first_s = result.clock.to_recording(log.first_s());
  const double last_s = result.clock.to_recording(log.last_s());
  const double shared_s = std::min(last_s, scan.duration_s()) - std::max(first_s, 0.0);
  if (shared_s <= 0.0) {
    throw core::InputError(
        fmt::format("the orientation covers {:.3f} to {:.3f} s of recording time, the recording 0 "
                    "to {:.3f} s: they do not "
                    "overlap; state --time-offset (start: the log starts with the recording)",
                    first_s, last_s, scan.duration_s()));
  }
  if (shared_s < 0.9 * scan.duration_s()) {
    warnings.push_back(
        fmt::format("only {:.1f} of {:.1f} s of the recording have an orientation (it lasts {:.1f} "
                    "s): is the recording's "
                    "sample rate of {:.0f} Hz right, and the log whole?",
                    shared_s, scan.duration_s(), last_s - first_s, scan.rate_hz));
  }
  result.facts["offset_s"] = result.clock.offset_s;
  result.facts["drift_ppm"] = result.clock.drift * 1e6;
  return result;
}

}  // namespace ingest
