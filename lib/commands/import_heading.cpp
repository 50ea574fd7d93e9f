#include "commands/import_heading.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/errors.h"
#include "core/log.h"
#include "features/network_bins.h"
#include "features/session_features.h"
#include "ingest/audio_cutter.h"
#include "ingest/log_cut.h"
#include "localize/estimator_registry.h"
#include "session/session.h"

namespace commands {
namespace {

/// Sound of one direction: half a second, or a few snapshots that are apart.
constexpr double kWindowS = 0.5;
constexpr double kLeastFrames = 8.0;
/// Cosine of 15 degrees.
constexpr double kLevelCosine = 0.966;
/// Longest sound that is used to compare a heading that stays as it is, s.
constexpr double kComparedS = 120.0;

InferOptions infer_options(const ImportOptions& options) {
  InferOptions infer;
  infer.model = options.model;
  // A model that was named has the responses of this very device.
  if (options.model.empty()) {
    infer.known.array = options.array.string();
    infer.known.sound_speed = options.sound_speed;
  }
  infer.frame = "world";
  return infer;
}

/// The estimator that uses all that is known.
std::string best_estimator(const Knowledge& knowledge) {
  if (knowledge.model) return knowledge.model->calibration ? "steered" : "robust";
  return knowledge.array->open() || knowledge.array->calibration ? "steered" : "srp-phat";
}

/// Every n-th interval, so that their sound is not longer than `most_s`.
std::vector<ingest::Interval> thinned(const std::vector<ingest::Interval>& intervals,
                                      double most_s) {
  double seconds = 0.0;
  for (const ingest::Interval& interval : intervals) seconds += interval.span.length_s();
  const auto every = static_cast<std::size_t>(std::max(1.0, std::ceil(seconds / most_s)));
  std::vector<ingest::Interval> kept;
  for (std::size_t i = 0; i < intervals.size(); i += every) kept.push_back(intervals[i]);
  return kept;
}

/// True direction of an interval whose only source is known and does not move.
std::optional<Eigen::Vector3d> truth_of(const ingest::Interval& interval) {
  if (interval.sources.size() != 1 || interval.sources.front().moves()) return std::nullopt;
  return interval.sources.front().direction_world;
}

}  // namespace

HeadingRule heading_rule(const ImportOptions& options) {
  if (options.heading == "log") return HeadingRule::kLog;
  core::require(options.heading == "sound",
                fmt::format("--heading: expected log or sound, found \"{}\"", options.heading));
  core::require(
      !options.model.empty() || !options.array.empty(),
      "--heading sound: directions of sound need --array (positions of the microphones) or "
      "--model (of an earlier recording)");
  return HeadingRule::kSound;
}

HeadingCheck::HeadingCheck(const ImportOptions& options, const session::FeatureSettings& settings)
    : rule_(heading_rule(options)),
      infer_(infer_options(options)),
      knowledge_(load_knowledge(infer_)) {
  settings_ = knowledge_.model ? knowledge_.model->settings : settings;
  infer_.estimator = best_estimator(knowledge_);
  window_s_ = std::max(kWindowS, kLeastFrames * settings_.hop_s());
  infer_.window = {fmt::format("{}", window_s_)};
  // Few snapshots: windows overlap, and what they share counts as correlation of their errors.
  const double step_s = window_s_ > kWindowS ? 0.25 * window_s_ : window_s_;
  infer_.stride = static_cast<std::size_t>(std::lround(step_s / settings_.hop_s()));
  localize::EstimatorSetup setup = estimator_setup(infer_);
  setup.hop_s = settings_.hop_s();
  if (knowledge_.model) {
    set_model(*knowledge_.model, setup);
    if (!knowledge_.model->calibration) predictor_.emplace(knowledge_.model->model);
  } else {
    set_array(*knowledge_.array, infer_.known, settings_, setup);
  }
  estimator_ = localize::make_window_estimator(infer_.estimator, setup);
}

bool HeadingCheck::fits(std::size_t microphones, double rate_hz) const {
  return microphones == knowledge_.microphones() && settings_.sample_rate_hz == rate_hz;
}

void HeadingCheck::require_fits(const std::string& name, std::size_t microphones,
                                double rate_hz) const {
  if (fits(microphones, rate_hz)) return;
  throw core::InputError(fmt::format(
      "{}: expected {} microphones at {} Hz as {} has, found {} at {} Hz", name,
      knowledge_.microphones(), settings_.sample_rate_hz, knowledge_.name, microphones, rate_hz));
}

void HeadingCheck::add(const session::Features& heard, double start_s,
                       const std::optional<Eigen::Vector3d>& truth) {
  session::Features bins;
  bins.frame_time_s = heard.frame_time_s;
  bins.frame_rotation = heard.frame_rotation;
  learn::Directions r_sensor(0, 3);
  if (predictor_) {
    bins = features::network_bins(heard, predictor_->recipe().smoothing);
    r_sensor = predictor_->predict(bins.stft, bins.frequency);
  }
  for (const session::Estimate& one : estimator_->estimate({heard, bins, r_sensor}).windows) {
    if (one.direction_world.isZero(0.0) || !heading_is_known(one)) continue;
    directions_.push_back({start_s + one.time_s, window_s_, one.direction_world, truth});
  }
}

bool HeadingCheck::heading_is_known(const session::Estimate& estimate) const {
  if (estimate.ambiguity == session::Ambiguity::kNone) return true;
  if (estimate.ambiguity == session::Ambiguity::kCone) return false;
  // The mirror image in a level plane has the same azimuth.
  const Eigen::Vector3d normal = estimate.q_world_sensor * knowledge_.array->shape.axis;
  return std::abs(normal.z()) > kLevelCosine;
}

std::optional<ingest::HeadingFacts> HeadingCheck::finish(const std::string& name,
                                                         const imu::ClockMap& clock,
                                                         ingest::OrientationLog& log) {
  const bool correct = rule_ == HeadingRule::kSound;
  const std::vector<ingest::SoundDirection> directions = std::exchange(directions_, {});
  try {
    if (directions.empty()) throw core::InputError("no sound has a direction");
    const ingest::HeadingBySound found(log, clock, directions);
    ingest::HeadingFacts facts = found.facts();
    facts.method = fmt::format("{} directions of {}", infer_.estimator,
                               std::filesystem::path(knowledge_.name).filename().string());
    facts.corrected = correct;
    if (!facts.still) {
      throw core::InputError(fmt::format(
          "the sound does not come from one source that stands still: {:.0f} % of {} directions "
          "agree with errors of {:.1f} degrees, and {} times the direction jumps; state the "
          "sources' directions with --intervals FILE, or leave --heading out",
          100.0 * facts.agreement, facts.directions, facts.direction_error_deg,
          facts.reset.size()));
    }
    if (correct) found.correct(log);
    return facts;
  } catch (const core::InputError& error) {
    if (correct) throw core::InputError(fmt::format("{}: --heading sound: {}", name, error.what()));
    core::log_detail("{}: heading not compared with the sound: {}", name, error.what());
    return std::nullopt;
  }
}

std::optional<ingest::HeadingFacts> HeadingCheck::run(
    const ingest::Options& options, const ingest::AudioScan& scan,
    const std::vector<ingest::Interval>& intervals, const imu::ClockMap& clock,
    ingest::OrientationLog& log) {
  const std::string name = scan.source.name().string();
  const double rate_hz = options.rate_hz;
  const bool all = rule_ == HeadingRule::kSound;
  if (all) require_fits(name, scan.channel.size(), rate_hz);
  if (!fits(scan.channel.size(), rate_hz)) return std::nullopt;
  ingest::AudioCutter cutter(scan.source, rate_hz);
  for (const ingest::Interval& interval : all ? intervals : thinned(intervals, kComparedS)) {
    const auto first = static_cast<std::uint64_t>(std::llround(interval.span.start_s * rate_hz));
    const auto end = static_cast<std::uint64_t>(std::llround(interval.span.end_s * rate_hz));
    const session::Session session{
        {},
        cutter.cut(first, end),
        ingest::cut_track(log.tracks[interval.track], clock, interval.span),
        {}};
    add(features::make_features(session, scan.channel.size(), settings_), interval.span.start_s,
        truth_of(interval));
  }
  return finish(name, clock, log);
}

std::optional<HeadingCheck> open_heading_check(const ImportOptions& options,
                                               const session::FeatureSettings& settings) {
  const HeadingRule rule = heading_rule(options);
  if (options.model.empty() && options.array.empty()) return std::nullopt;
  try {
    return HeadingCheck(options, settings);
  } catch (const core::InputError& error) {
    if (rule == HeadingRule::kSound) throw;
    core::log_detail("heading not compared with the sound: {}", error.what());
  } catch (const core::UsageError& error) {
    if (rule == HeadingRule::kSound) throw;
    core::log_detail("heading not compared with the sound: {}", error.what());
  }
  return std::nullopt;
}

}  // namespace commands
