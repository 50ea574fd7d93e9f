#include "stage/import_align.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/errors.h"
#include "csl/linear_alignment.h"
#include "csl/model.h"
#include "stage/features.h"
#include "stage/schema_model.h"
#include "stage/svg_plot.h"

namespace stage {
namespace {

/// Sound that is looked at, spread over the recording: more does not sharpen the answer much.
constexpr double kAlignmentS = 150.0;
/// Bins a frame that the fine search looks at: those of which the model is surest.
constexpr std::size_t kBinsPerFrame = 12;
constexpr double kTapThreshold = 4.0;

imu::ClockMap first_guess(const ImportOptions& options, const OrientationLog& log,
                          const AudioScan& scan, nlohmann::json& facts) {
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

void align_by_taps(const ImportOptions& options, const OrientationLog& log, const AudioScan& scan,
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
std::vector<ImportInterval> spread(const std::vector<ImportInterval>& intervals) {
  double total_s = 0.0;
  for (const ImportInterval& i : intervals) total_s += i.span.end_s - i.span.start_s;
  const double share = std::min(1.0, kAlignmentS / std::max(total_s, 1e-9));
  std::vector<ImportInterval> chosen;
  double due = 1.0;  // the first interval is always in
  for (const ImportInterval& interval : intervals) {
    if (due >= 1.0) {
      chosen.push_back(interval);
      due -= 1.0;
    }
    due += share;
  }
  return chosen;
}

/// The surest bins of a frame. @param r  all of them, reordered
void keep_surest(std::vector<Eigen::Vector3d>& r, std::uint32_t frame,
                 csl::AlignmentInterval& interval) {
  const std::size_t kept = std::min(kBinsPerFrame, r.size());
  std::ranges::partial_sort(r, r.begin() + static_cast<std::ptrdiff_t>(kept),
                            [](const Eigen::Vector3d& a, const Eigen::Vector3d& b) {
                              return a.squaredNorm() > b.squaredNorm();
                            });
  for (std::size_t i = 0; i < kept; ++i) {
    interval.r_sensor.push_back(r[i]);
    interval.frame.push_back(frame);
  }
}

/// Features of a piece of the recording that starts at start_s.
SessionFeatures features_of(std::vector<float> audio, std::size_t microphones,
                            const FeatureSettings& settings, double start_s) {
  // Orientation does not enter a bin: any will do.
  so3::Track still({0.0}, {Eigen::Quaterniond::Identity()});
  SessionInfo info;
  const Session session{std::move(info), std::move(audio), std::move(still), imu::Samples()};
  SessionFeatures features = make_features(session, microphones, settings);
  for (double& t : features.frame_time_s) t += start_s;
  return features;
}

/// What the model says of one interval, frame by frame.
csl::AlignmentInterval listen(csl::Predictor& predictor, const SessionFeatures& features) {
  const csl::Directions r_sensor = predictor.predict(features.stft, features.frequency);
  csl::AlignmentInterval interval;
  interval.time_s = features.frame_time_s;
  interval.summed_sensor.assign(features.frames(), Eigen::Vector3d::Zero());
  std::vector<Eigen::Vector3d> of_frame;
  for (std::size_t b = 0; b < features.bins(); ++b) {
    const std::uint32_t f = features.frame[b];
    of_frame.emplace_back(r_sensor.row(static_cast<Eigen::Index>(b)).transpose().cast<double>());
    interval.summed_sensor[f] += of_frame.back();
    interval.summed_norm += of_frame.back().norm();
    if (b + 1 < features.bins() && features.frame[b + 1] == f) continue;
    keep_surest(of_frame, f, interval);
    of_frame.clear();
  }
  return interval;
}

/// Features of about kAlignmentS of the recording, interval after interval.
void for_each_piece(const ImportOptions& options, const AudioScan& scan,
                    const std::vector<ImportInterval>& intervals, const FeatureSettings& settings,
                    const std::function<void(const SessionFeatures&)>& use) {
  AudioCutter cutter(scan.path, options.rate_hz);
  for (const ImportInterval& interval : spread(intervals)) {
    const auto first =
        static_cast<std::uint64_t>(std::llround(interval.span.start_s * options.rate_hz));
    const auto end =
        static_cast<std::uint64_t>(std::llround(interval.span.end_s * options.rate_hz));
    use(features_of(cutter.cut(first, end - first), scan.channel.size(), settings,
                    static_cast<double>(first) / options.rate_hz));
  }
}

csl::Alignment align_by_model(const ImportOptions& options, const AudioScan& scan,
                              const std::vector<ImportInterval>& intervals,
                              const csl::OrientationAt& orientation,
                              const csl::AlignmentOptions& search) {
  const LoadedModel loaded = read_model(options.model);
  const std::size_t microphones = scan.channel.size();
  if (loaded.model.recipe.microphones != microphones ||
      loaded.settings.sample_rate_hz != options.rate_hz) {
    throw core::InputError(
        fmt::format("{}: this model was trained for {} microphones at {} Hz, the recording has {} "
                    "and is read at {} Hz",
                    options.model.string(), loaded.model.recipe.microphones,
                    loaded.settings.sample_rate_hz, microphones, options.rate_hz));
  }
  csl::Predictor predictor(loaded.model);
  std::vector<csl::AlignmentInterval> heard;
  for_each_piece(options, scan, intervals, loaded.settings,
                 [&](const SessionFeatures& f) { heard.push_back(listen(predictor, f)); });
  return csl::align(heard, orientation, search);
}

csl::Alignment align_without_model(const ImportOptions& options, const AudioScan& scan,
                                   const std::vector<ImportInterval>& intervals,
                                   const csl::OrientationAt& orientation,
                                   const csl::AlignmentOptions& search) {
  FeatureSettings settings = make_settings({}, options.rate_hz);
  settings.noise_margin_db = kUsualNoiseMarginDb;
  std::vector<csl::TimedInterval> heard;
  for_each_piece(options, scan, intervals, settings, [&](const SessionFeatures& f) {
    csl::TimedInterval timed{csl::spatial_interval(f.stft, f.frame, f.frequency, settings.bin_hz(),
                                                   f.frames(), scan.channel.size()),
                             {}};
    for (const std::uint32_t first : timed.spatial.frame) {
      timed.time_s.push_back(f.frame_time_s[first + csl::kBlockFrames / 2]);
    }
    heard.push_back(std::move(timed));
  });
  return csl::align_linearly(heard, orientation, search);
}

std::string draw(const csl::Alignment& found, double middle_offset_s) {
  SvgPlot plot;
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
                         Dash::kSolid,
                         false});
  plot.series.push_back({fmt::format("found: {:.4f} s, standard error {:.1f} ms", middle_offset_s,
                                     found.standard_error_s * 1e3),
                         {middle_offset_s},
                         {found.agreement},
                         {},
                         {},
                         1});
  return render_svg(plot, true);
}

void align_by_agreement(const ImportOptions& options, const OrientationLog& log,
                        const AudioScan& scan, const std::vector<ImportInterval>& intervals,
                        ClockResult& result, std::vector<std::string>& warnings) {
  const auto orientation = [&](double log_s, Eigen::Matrix3d& R) {
    const so3::Track* stretch = log.stretch_at(log_s);
    if (stretch == nullptr) return false;
    R = stretch->at(log_s).toRotationMatrix();
    return true;
  };
  csl::AlignmentOptions search;
  search.guess_offset_s = result.clock.offset_s;
  search.max_offset_s = options.max_offset_s;
  const bool has_model = !options.model.empty();
  const csl::Alignment found =
      has_model ? align_by_model(options, scan, intervals, orientation, search)
                : align_without_model(options, scan, intervals, orientation, search);
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

ClockResult find_clock(const ImportOptions& options, const OrientationLog& log,
                       const AudioScan& scan, const std::vector<ImportInterval>& intervals,
                       std::vector<std::string>& warnings) {
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

}  // namespace stage
