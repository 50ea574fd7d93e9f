#include "commands/infer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "commands/dry_run.h"
#include "commands/infer_inputs.h"
#include "commands/inputs.h"
#include "commands/knowledge.h"
#include "commands/known_array.h"
#include "commands/output_plan.h"
#include "commands/window_fit.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/json_text.h"
#include "core/name_list.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/stopwatch.h"
#include "evaluate/confidence_file.h"
#include "features/network_bins.h"
#include "formats/estimates_csv.h"
#include "formats/estimates_file.h"
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

/// The calibrated confidence for this model and these options, checked for every window length;
/// none if the option is not given.
std::optional<evaluate::ConfidenceFile> open_confidence(
    const InferOptions& options, const core::Provenance& chain,
    const std::vector<doa::WindowLength>& windows) {
  if (options.confidence.empty()) return std::nullopt;
  evaluate::ConfidenceFile file = evaluate::read_confidence(options.confidence);
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

/// The same with an array that is known, without a network.
SessionResult localize_session(const localize::WindowEstimator& estimator,
                               const session::Features& heard) {
  session::Features none;
  none.frame_time_s = heard.frame_time_s;
  none.frame_rotation = heard.frame_rotation;
  return {heard.info, estimator.estimate({heard, none, learn::Directions(0, 3)}).windows, {}, {}};
}

formats::EstimatesHeader make_header(const InferOptions& options,
                                     const localize::EstimatorSetup& setup,
                                     const Knowledge& knowledge,
                                     const session::FeatureSettings& settings) {
  formats::EstimatesHeader header{"csl", options.estimator, options.frame, setup.windows};
  if (knowledge.array) {
    header.method = options.estimator;
    header.estimator = "refined";
  }
  header.hop_s = settings.hop_s();
  header.bin_hz = settings.bin_hz();
  if (knowledge.model) header.doubt = knowledge.model->model.reflection.doubt();
  return header;
}

core::Provenance provenance_of(const InferOptions& options, const Knowledge& knowledge,
                               const InferInputs& inputs) {
  core::Provenance provenance =
      core::make_provenance("csl-infer", options.to_json(), options.common.seed);
  if (knowledge.model) core::append_history(provenance, knowledge.model->provenance);
  if (knowledge.array && knowledge.array->provenance) {
    core::append_history(provenance, *knowledge.array->provenance);
  }
  inputs.append_history(provenance);
  return provenance;
}

/// Checks that an output is named, and that no output overwrites an input.
void check_files(const InferOptions& options, const std::vector<std::filesystem::path>& inputs) {
  OutputPlan plan(options.common);
  plan.inputs("--in", inputs)
      .input("--model", options.model)
      .input("--array", options.known.array)
      .input("--confidence", options.confidence);
  if (options.csv != "-") plan.output("--csv", options.csv);
  if (options.csv.empty()) {
    plan.required_output("--out", options.out);
  } else {
    plan.output("--out", options.out);
  }
  plan.check();
}

/// Writes sessions in their order and counts windows.
class InferOutput {
 public:
  InferOutput(const InferOptions& options, const localize::EstimatorSetup& setup,
              const core::Provenance& provenance, const formats::EstimatesHeader& header)
      : options_(options),
        windows_(setup.windows),
        fit_(setup.windows),
        oriented_(header.oriented),
        confidence_(open_confidence(options, provenance, setup.windows)) {
    if (!options.csv.empty()) csv_ = formats::estimates_csv_header();
    if (options.out.empty()) return;
    writer_.emplace(options.out, provenance, header, options.bins);
    if (options.track) writer_->declare_tracks();
  }

  void append(SessionResult&& result) {
    count_ += result.windows.size();
    fit_.add(result.info, result.windows);
    for (session::Estimate& window : result.windows) {
      empty_ += window.bins == 0 ? 1 : 0;
      if (ambiguity_ == session::Ambiguity::kNone) ambiguity_ = window.ambiguity;
      if (confidence_) {
        window.predicted_error_deg =
            confidence_->expected_error_deg(window, windows_[window.window]);
      }
    }
    if (!options_.csv.empty()) {
      formats::append_session_csv(csv_, result.info, windows_, oriented_, result.windows,
                                  result.tracks);
    }
    if (!writer_) return;
    writer_->append_session(result.info, result.windows);
    if (options_.bins) writer_->append_bins(result.bins);
    if (options_.track) writer_->append_tracks(result.tracks);
  }

  /// @throws core::InputError  if no window fits into any session
  void commit(std::size_t sessions) {
    fit_.check();
    warn_of_ambiguity(ambiguity_);
    if (writer_) writer_->commit();
    const std::string content =
        fmt::format("{} windows of {} sessions, {} without a direction", count_, sessions, empty_);
    if (!options_.csv.empty()) core::write_text_output(options_.csv, csv_);
    if (writer_) {
      report_output(options_.out, content);
    } else {
      core::log_info("{}", content);
    }
  }

 private:
  const InferOptions& options_;
  std::vector<doa::WindowLength> windows_;
  WindowFit fit_;
  bool oriented_;
  std::optional<evaluate::ConfidenceFile> confidence_;
  std::optional<formats::EstimatesWriter> writer_;
  std::string csv_;
  std::size_t count_ = 0, empty_ = 0;
  session::Ambiguity ambiguity_ = session::Ambiguity::kNone;  ///< of the first ambiguous window
};

/// The frame in which windows are pooled, which depends on the inputs if it is not given.
void resolve_frame(InferOptions& options, localize::EstimatorSetup& setup,
                   const InferInputs& inputs) {
  core::require(options.frame != "world" || inputs.oriented(),
                "--frame world: audio has no orientation; import it with csl-import --pose, or use "
                "--frame sensor");
  if (options.frame.empty()) options.frame = inputs.oriented() ? "world" : "sensor";
  setup.world = options.frame == "world";
}

/// The windows of one session.
SessionResult infer_one(const InferOptions& options, const localize::WindowEstimator& estimator,
                        const Knowledge& knowledge, const session::Features& heard) {
  if (!knowledge.model) return localize_session(estimator, heard);
  learn::Predictor predictor(knowledge.model->model, formats::precision(options.precision));
  return infer_session(estimator, options.bins, heard, predictor);
}

/// Localizes in one session for its time, which stands for all.
void explain_work(const InferOptions& options, const localize::EstimatorSetup& setup,
                  const Knowledge& knowledge, const InferInputs& inputs) {
  const auto estimator = localize::make_window_estimator(options.estimator, setup);
  const core::ThreadPool pool(options.common.threads);
  const core::Stopwatch clock;
  const SessionResult one = infer_one(options, *estimator, knowledge, inputs.read(0));
  DryRun{options.out.empty() ? std::filesystem::path(options.csv) : options.out,
         fmt::format("about {} windows of {} sessions", one.windows.size() * inputs.size(),
                     inputs.size()),
         std::nullopt, time_of_parts(clock.elapsed_s(), inputs.size(), pool.threads())}
      .print();
}

void infer_all(const InferOptions& options, const localize::EstimatorSetup& setup,
               const doa::TrackerOptions& tracking, const Knowledge& knowledge,
               const InferInputs& inputs, InferOutput& output) {
  const auto estimator = localize::make_window_estimator(options.estimator, setup);
  core::ThreadPool pool(options.common.threads);
  core::Progress progress("localizing", inputs.size(), "sessions");
  core::ordered_pipeline<SessionResult>(
      pool, inputs.size(),
      [&](std::size_t i) {
        SessionResult result = infer_one(options, *estimator, knowledge, inputs.read(i));
        if (options.track) result.tracks = localize::track_session(result.windows, tracking);
        return result;
      },
      [&](std::size_t, SessionResult&& result) {
        output.append(std::move(result));
        progress.advance();
      });
}

}  // namespace

doa::TrackerOptions tracking_of(const localize::EstimatorSetup& setup, doa::WindowPlace place) {
  core::require(setup.windows.size() == 1, "--track: name one window length, such as --window 0.5");
  return localize::tracker_options(setup.windows.front(), setup.source_gain > 0.0, place);
}

std::string estimator_form() {
  std::vector<std::string> names;
  for (const localize::EstimatorKind& kind : localize::estimator_kinds())
    names.emplace_back(kind.name);
  return fmt::format("{}", fmt::join(names, "|"));
}

std::string estimator_help() { return localize::estimator_table(); }

void set_dependent_defaults(InferOptions& options, bool stream, const GivenOptions& given) {
  if (options.known.given()) {
    if (!given.estimator) options.estimator = "srp-phat";
    // A table that a person reads: ten lines a second.
    if (!given.stride) options.stride = 10;
    if (!given.window) options.window = {"0.5"};
  }
  const bool mixture_tracks = options.track && options.estimator == "mixture";
  if (mixture_tracks && !given.source_gain) options.source_gain = 0.5;
  if (given.window || !(stream || options.track)) return;
  // Directions with evidence make tracks from shorter windows.
  options.window = {mixture_tracks && options.source_gain > 0.0 ? "0.15" : "0.5"};
}

localize::EstimatorSetup estimator_setup(const InferOptions& options) {
  localize::EstimatorSetup setup;
  core::require(!options.window.empty(), "--window: name at least one length");
  for (const std::string& text : options.window) {
    setup.windows.push_back(doa::WindowLength::parse(text));
    core::require(std::count(setup.windows.begin(), setup.windows.end(), setup.windows.back()) == 1,
                  fmt::format("--window: {} is named twice", text));
  }
  core::require(options.frame.empty() || options.frame == "world" || options.frame == "sensor",
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
  setup.world = options.frame != "sensor";
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
  nlohmann::json json = {{"model", model.filename().string()},
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
  if (!channels.empty()) json["channels"] = channels;
  known.add_to(json);
  return json;
}

void infer(const InferOptions& given) {
  InferOptions options = given;
  check_knowledge(options);
  core::require(!options.known.given() || !options.bins,
                "--bins: needs --model: without a network, bins have no directions of their own");
  core::require(!options.in.empty(), "--in: name at least one file");
  localize::EstimatorSetup setup = estimator_setup(options);
  formats::precision(options.precision);
  const doa::TrackerOptions tracking =
      options.track ? tracking_of(setup, setup.place) : doa::TrackerOptions();
  const std::vector<std::filesystem::path> paths =
      input_files("--in", options.in, {"features", "sessions"});
  check_files(options, paths);
  require_input("--model", options.model, {"model"});
  const Knowledge knowledge = load_knowledge(options);
  const InferInputs inputs(paths, {.channels = options.channels,
                                   .settings = feature_settings(knowledge, options.known),
                                   .microphones = knowledge.microphones(),
                                   .needed_by = knowledge.name,
                                   .model = knowledge.model ? &*knowledge.model : nullptr});
  resolve_frame(options, setup, inputs);
  setup.hop_s = inputs.settings().hop_s();
  set_knowledge(options, knowledge, inputs.kept(), inputs.settings(), setup);
  formats::EstimatesHeader header = make_header(options, setup, knowledge, inputs.settings());
  header.oriented = inputs.oriented();
  if (options.dry_run) {
    explain_work(options, setup, knowledge, inputs);
    return;
  }
  InferOutput output(options, setup, provenance_of(options, knowledge, inputs), header);
  infer_all(options, setup, tracking, knowledge, inputs, output);
  output.commit(inputs.size());
}

}  // namespace commands
