#include "commands/infer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "commands/model_doubt.h"
#include "commands/output_plan.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/json_text.h"
#include "core/name_list.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "evaluate/confidence_file.h"
#include "features/network_bins.h"
#include "formats/estimates_file.h"
#include "formats/features_file.h"
#include "formats/input_list.h"
#include "formats/model_file.h"
#include "formats/names.h"
#include "learn/model.h"
#include "localize/estimator_registry.h"
#include "localize/tracking.h"
#include "session/estimate.h"
#include "session/features.h"
#include "session/session.h"
#include "session/track.h"

namespace commands {
namespace {

/// Features files with the settings of the features that the model was trained on.
using FeaturesList = formats::InputList<formats::FeaturesReader>;

FeaturesList open_inputs(const std::vector<std::filesystem::path>& paths,
                         const formats::LoadedModel& loaded) {
  FeaturesList inputs;
  for (const std::filesystem::path& path : paths)
    formats::require_model_fits(loaded, inputs.add(path));
  return inputs;
}

/// The calibrated confidence for this model and these options, checked for every window length;
/// none if the option is not given.
std::optional<evaluate::ConfidenceFile> open_confidence(
    const InferOptions& options, const formats::LoadedModel& loaded,
    const std::vector<doa::WindowLength>& windows) {
  if (options.confidence.empty()) return std::nullopt;
  evaluate::ConfidenceFile file = evaluate::read_confidence(options.confidence);
  core::Provenance chain;
  core::append_history(chain, loaded.provenance);
  const auto fits = [&](const char* what, const nlohmann::json& expected,
                        const nlohmann::json& found) {
    if (expected == found) return;
    throw core::InputError(fmt::format(
        "{}: expected a calibration of the {} {}, found {}: make a new one with "
        "csl-eval --write-confidence",
        options.confidence.string(), what, core::json_text(expected), core::json_text(found)));
  };
  fits("estimator", options.estimator, file.estimator);
  fits("pooling frame", options.frame, file.pooling);
  fits("model trained by", evaluate::training_step(chain), file.training);
  session::Estimate any;
  any.bins = 1;
  for (const doa::WindowLength& window : windows) file.expected_error_deg(any, window);
  return file;
}

/// One session's windows and, if requested, its bins and tracks.
struct SessionResult {
  session::Info info;
  std::vector<session::Estimate> windows;
  session::BinOutputs bins;
  std::vector<session::TrackPoint> tracks;
};

SessionResult infer_session(const localize::WindowEstimator& estimator, bool with_bins,
                            const session::Features& heard, learn::Predictor& predictor) {
  const session::Features session = features::network_bins(heard, predictor.recipe().smoothing);
  const learn::Directions r_sensor = predictor.predict(session.stft, session.frequency);
  localize::SessionEstimates estimates = estimator.estimate({heard, session, r_sensor});
  SessionResult result;
  result.info = session.info;
  result.windows = std::move(estimates.windows);
  if (with_bins) {
    result.bins = {{r_sensor.data(), r_sensor.data() + r_sensor.size()},
                   session.frame,
                   session.frequency,
                   std::move(estimates.source),
                   session.frame_time_s,
                   session.frame_rotation};
  }
  return result;
}

formats::EstimatesHeader make_header(const InferOptions& options,
                                     const localize::EstimatorSetup& setup,
                                     const formats::LoadedModel& loaded) {
  const session::FeatureSettings& settings = loaded.settings;
  formats::EstimatesHeader header{"csl", options.estimator, options.frame, setup.windows};
  header.hop_s = settings.hop_s();
  header.bin_hz = settings.sample_rate_hz / static_cast<double>(settings.window_samples);
  header.doubt = loaded.model.reflection.doubt();
  return header;
}

core::Provenance provenance_of(const InferOptions& options, const formats::LoadedModel& loaded,
                               const FeaturesList& inputs) {
  core::Provenance provenance =
      core::make_provenance("csl-infer", options.to_json(), options.common.seed);
  core::append_history(provenance, loaded.provenance);
  for (const auto& file : inputs.files) core::append_history(provenance, file->provenance());
  return provenance;
}

/// Checks that the output is named and overwrites no input.
void check_files(const InferOptions& options, const std::vector<std::filesystem::path>& inputs) {
  OutputPlan(options.common)
      .inputs("--in", inputs)
      .input("--model", options.model)
      .input("--confidence", options.confidence)
      .required_output("--out", options.out)
      .check();
}

std::unique_ptr<localize::WindowEstimator> make_estimator(const InferOptions& options,
                                                          localize::EstimatorSetup setup,
                                                          const formats::LoadedModel& loaded) {
  setup.responses = response_table(loaded);
  return localize::make_window_estimator(options.estimator, setup);
}

/// Writes sessions in their order and counts windows.
class InferOutput {
 public:
  InferOutput(const InferOptions& options, const localize::EstimatorSetup& setup,
              const core::Provenance& provenance, const formats::LoadedModel& loaded)
      : options_(options),
        windows_(setup.windows),
        confidence_(open_confidence(options, loaded, setup.windows)),
        writer_(options.out, provenance, make_header(options, setup, loaded), options.bins) {
    if (options.track) writer_.declare_tracks();
  }

  void append(SessionResult&& result) {
    count_ += result.windows.size();
    for (session::Estimate& window : result.windows) {
      empty_ += window.bins == 0 ? 1 : 0;
      if (!confidence_) continue;
      window.predicted_error_deg = confidence_->expected_error_deg(window, windows_[window.window]);
    }
    writer_.append_session(result.info, result.windows);
    if (options_.bins) writer_.append_bins(result.bins);
    if (options_.track) writer_.append_tracks(result.tracks);
  }

  void commit(std::size_t sessions) {
    writer_.commit();
    report_output(options_.out, fmt::format("{} windows of {} sessions, {} without a direction",
                                            count_, sessions, empty_));
  }

 private:
  const InferOptions& options_;
  std::vector<doa::WindowLength> windows_;
  std::optional<evaluate::ConfidenceFile> confidence_;
  formats::EstimatesWriter writer_;
  std::size_t count_ = 0, empty_ = 0;
};

}  // namespace

std::string estimator_form() {
  std::vector<std::string> names;
  for (const localize::EstimatorKind& kind : localize::estimator_kinds())
    names.emplace_back(kind.name);
  return fmt::format("{}", fmt::join(names, "|"));
}

std::string estimator_help() { return localize::estimator_table(); }

void set_dependent_defaults(InferOptions& options, bool stream, bool window_given,
                            bool source_gain_given) {
  const bool mixture_tracks = options.track && options.estimator == "mixture";
  if (mixture_tracks && !source_gain_given) options.source_gain = 0.5;
  if (window_given || !(stream || options.track)) return;
  // Directions with evidence make tracks from shorter windows.
  options.window = {mixture_tracks && options.source_gain > 0.0 ? "0.15" : "0.5"};
}

std::shared_ptr<const calib::ResponseTable> response_table(const formats::LoadedModel& loaded) {
  if (!loaded.calibration) return nullptr;
  return std::make_shared<calib::ResponseTable>(*loaded.calibration, loaded.settings.bin_hz(),
                                                loaded.settings.max_frequency_index());
}

localize::EstimatorSetup estimator_setup(const InferOptions& options) {
  localize::EstimatorSetup setup;
  core::require(!options.window.empty(), "--window: name at least one length");
  for (const std::string& text : options.window) {
    setup.windows.push_back(doa::WindowLength::parse(text));
    core::require(std::count(setup.windows.begin(), setup.windows.end(), setup.windows.back()) == 1,
                  fmt::format("--window: {} is named twice", text));
  }
  core::require(options.frame == "world" || options.frame == "sensor",
                fmt::format("--frame: expected world or sensor, found \"{}\"", options.frame));
  core::require(options.stride >= 1, "--stride: expected at least 1");
  core::require(options.max_sources >= 1 && options.max_sources < doa::kNoSource,
                fmt::format("--max-sources: expected 1 to 254, found {}", options.max_sources));
  core::require(options.source_share >= 0.0 && options.source_share <= 1.0,
                fmt::format("--source-share: expected 0 to 1, found {}", options.source_share));
  core::require(options.source_gain >= 0.0 && std::isfinite(options.source_gain),
                fmt::format("--source-gain: expected 0 or more, found {}", options.source_gain));
  core::require(options.min_separation_deg >= 0.0 && options.min_separation_deg <= 180.0,
                fmt::format("--min-separation: expected 0 to 180 degrees, found {}",
                            options.min_separation_deg));
  core::require(
      options.bandwidth_deg >= 0.1 && options.bandwidth_deg <= 5.0,
      fmt::format("--bandwidth: expected 0.1 to 5 degrees, found {}", options.bandwidth_deg));
  setup.world = options.frame == "world";
  setup.stride = options.stride;
  setup.place = options.causal ? doa::WindowPlace::kCausal : doa::WindowPlace::kCentered;
  setup.bins = options.bins;
  setup.sources.max_sources = options.max_sources;
  setup.sources.density_share = options.source_share;
  setup.sources.min_separation_deg = options.min_separation_deg;
  setup.alpha_deg = options.bandwidth_deg;
  setup.source_gain = options.source_gain;
  localize::check_window_estimator(options.estimator, setup);
  return setup;
}

nlohmann::json InferOptions::to_json() const {
  return {{"model", model.filename().string()},
          {"window", window},
          {"estimator", estimator},
          {"precision", precision},
          {"frame", frame},
          {"stride", stride},
          {"causal", causal},
          {"track", track},
          {"bins", bins},
          {"max_sources", max_sources},
          {"source_share", source_share},
          {"source_gain", source_gain},
          {"min_separation_deg", min_separation_deg},
          {"bandwidth_deg", bandwidth_deg},
          {"confidence", confidence.filename().string()}};
}

void infer(const InferOptions& options) {
  core::require(!options.model.empty(), "--model: name the model file");
  core::require(!options.in.empty(), "--in: name at least one features file");
  localize::EstimatorSetup setup = estimator_setup(options);
  const nn::Precision rounding = formats::precision(options.precision);
  core::require(!options.track || setup.windows.size() == 1,
                "--track: name one window length, such as --window 0.5");
  const doa::TrackerOptions tracking =
      options.track
          ? localize::tracker_options(setup.windows.front(), setup.source_gain > 0.0, setup.place)
          : doa::TrackerOptions{};
  const std::vector<std::filesystem::path> paths = core::expand_inputs(options.in);
  check_files(options, paths);
  const formats::LoadedModel loaded = formats::read_model(options.model);
  warn_of_doubt(loaded, options.model);
  setup.hop_s = loaded.settings.hop_s();
  const auto estimator = make_estimator(options, setup, loaded);
  const FeaturesList inputs = open_inputs(paths, loaded);
  InferOutput output(options, setup, provenance_of(options, loaded, inputs), loaded);
  core::ThreadPool pool(options.common.threads);
  {
    core::Progress progress("localizing", inputs.size(), "sessions");
    core::ordered_pipeline<SessionResult>(
        pool, inputs.size(),
        [&](std::size_t i) {
          learn::Predictor predictor(loaded.model, rounding);
          SessionResult result = infer_session(*estimator, options.bins, inputs.read(i), predictor);
          if (options.track) result.tracks = localize::track_session(result.windows, tracking);
          return result;
        },
        [&](std::size_t, SessionResult&& result) {
          output.append(std::move(result));
          progress.advance();
        });
  }
  output.commit(inputs.size());
}

}  // namespace commands
