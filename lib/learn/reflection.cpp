#include "learn/reflection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <regex>

#include "core/errors.h"
#include "learn/reflection_cues.h"

namespace learn {
namespace {

/// Number of intervals that vote at most, evenly spread over the recording.
constexpr std::size_t kMaxIntervals = 500;
/// Number of bins of an interval that are predicted at most, evenly spread.
constexpr std::size_t kMaxBinsPerInterval = 2048;

/// Cosine between the interval's direction by the model, pooled in the world, and the direction
/// that the rule expects; in [-1, 1], empty if the interval cannot vote. The whole interval is
/// pooled, also for kInitial: two microphones show a direction only while the array turns.
std::optional<double> vote(Predictor& predictor, const Dataset& dataset, const Interval& interval,
                           const ReflectionOptions& options, core::ThreadPool& pool) {
  const bool initial = options.rule == ReflectionRule::kInitial;
  if (!initial && !interval.direction_world) return std::nullopt;
  const std::vector<std::size_t> bins =
      spread(interval.first_bin, interval.end_bin, kMaxBinsPerInterval);
  const Eigen::Vector3d pooled =
      pool_in_world(dataset, bins, predict_bins(predictor, dataset, bins, pool));
  if (pooled.isZero(0.0)) return std::nullopt;
  const Eigen::Vector3f expected =
      initial ? Eigen::Vector3f(dataset.R_world_sensor[interval.first_frame] * options.axis)
              : *interval.direction_world;
  return pooled.dot(expected.cast<double>().normalized());
}

/// @param agreement  result of vote() for each interval; a positive value is a vote for the sign 1
void summarize(Reflection& result, const std::vector<double>& agreement, const std::string& voters,
               const std::string& what) {
  const auto positive = static_cast<std::size_t>(
      std::ranges::count_if(agreement, [](double value) { return value > 0.0; }));
  result.votes = agreement.size();
  result.sign = 2 * positive >= result.votes ? 1 : -1;
  result.votes_for = result.sign > 0 ? positive : result.votes - positive;
  const double votes = static_cast<double>(result.votes);
  result.margin = (2.0 * static_cast<double>(result.votes_for) - votes) / votes;
  // Two standard deviations of the margin if votes were random. Up to 16 votes, 0.5 is enough.
  result.doubtful = result.margin < std::min(0.5, 2.0 / std::sqrt(votes));
  result.evidence =
      fmt::format("{} of {} {} agree with {}", result.votes_for, result.votes, voters, what);
}

/// "+x", "-z", "y".
Eigen::Vector3f axis_of(const std::string& text) {
  const float sign = text.front() == '-' ? -1.0F : 1.0F;
  return sign * Eigen::Vector3f::Unit(text.back() - 'x');
}

/// Slopes of the microphones' difference along the axis, one for each group of intervals.
std::vector<double> microphone_votes(Predictor& predictor, const Dataset& dataset,
                                     const ReflectionOptions& options, core::ThreadPool& pool) {
  const std::vector<std::size_t> chosen = spread(0, dataset.intervals.size(), kMaxIntervals);
  const std::size_t groups = std::min(kMicrophoneGroups, chosen.size());
  std::vector<double> slopes;
  for (std::size_t g = 0; g < groups; ++g) {
    DirectionFit fit;
    for (std::size_t i = g; i < chosen.size(); i += groups) {
      add_microphone_cues(predictor, dataset, dataset.intervals[chosen[i]], options, pool, fit);
    }
    if (fit.count > 0) slopes.push_back(fit.slope().dot(options.axis.cast<double>()));
  }
  return slopes;
}

std::string microphone_sentence(const ReflectionOptions& options,
                                const std::vector<double>& slopes) {
  double mean = 0.0;
  for (const double slope : slopes) mean += std::abs(slope) / static_cast<double>(slopes.size());
  const std::string size = options.cue == MicrophoneCue::kLevel
                               ? fmt::format("{:.1f} dB louder", mean)
                               : fmt::format("{:.3f} ms earlier", 1e3 * mean);
  return fmt::format("microphone {} hearing sound from its side {} than microphone {}",
                     options.microphone_a, size, options.microphone_b);
}

}  // namespace

ReflectionOptions parse_reflection(const std::string& text) {
  ReflectionOptions options;
  if (text == "none") return options;
  if (text == "truth") {
    options.rule = ReflectionRule::kTruth;
    return options;
  }
  static const std::regex initial("initial:([+-][xyz])");
  static const std::regex microphones("mics:([0-9]{1,2}),([0-9]{1,2}),([+-]?[xyz])(,level)?");
  std::smatch match;
  if (std::regex_match(text, match, initial)) {
    options.rule = ReflectionRule::kInitial;
    options.axis = axis_of(match[1]);
    return options;
  }
  if (std::regex_match(text, match, microphones) && std::stoul(match[1]) != std::stoul(match[2])) {
    options.rule = ReflectionRule::kMicrophones;
    options.microphone_a = std::stoul(match[1]);
    options.microphone_b = std::stoul(match[2]);
    options.axis = axis_of(match[3]);
    options.cue = match[4].matched ? MicrophoneCue::kLevel : MicrophoneCue::kArrival;
    return options;
  }
  throw core::UsageError(fmt::format(
      "--reflect: expected none, truth, initial: with one of +x -x +y -y +z -z, or mics:A,B,AXIS "
      "(two microphones counted from 0, and the axis along which A lies further; ,level behind it "
      "compares levels), found '{}'",
      text));
}

std::string to_string(const ReflectionOptions& options) {
  if (options.rule == ReflectionRule::kNone) return "none";
  if (options.rule == ReflectionRule::kTruth) return "truth";
  int axis = 0;
  options.axis.cwiseAbs().maxCoeff(&axis);
  const std::string name = fmt::format("{}{}", options.axis[axis] < 0.0F ? '-' : '+', "xyz"[axis]);
  if (options.rule == ReflectionRule::kInitial) return "initial:" + name;
  return fmt::format("mics:{},{},{}{}", options.microphone_a, options.microphone_b, name,
                     options.cue == MicrophoneCue::kLevel ? ",level" : "");
}

void require_reflection(const Dataset& dataset, const ReflectionOptions& options) {
  if (options.rule == ReflectionRule::kTruth &&
      std::ranges::none_of(dataset.intervals,
                           [](const Interval& i) { return i.direction_world.has_value(); })) {
    throw core::InputError(
        "--reflect truth needs true directions, and no session has one; use initial:AXIS or none");
  }
  if (options.rule != ReflectionRule::kMicrophones) return;
  if (std::max(options.microphone_a, options.microphone_b) >= dataset.microphones) {
    throw core::InputError(
        fmt::format("--reflect {}: expected microphones 0 to {}, as the recording has {}",
                    to_string(options), dataset.microphones - 1, dataset.microphones));
  }
  const std::vector<std::size_t> asked = spread(0, dataset.intervals.size(), kMaxIntervals);
  if (std::ranges::none_of(asked, [&](std::size_t i) {
        return has_microphone_cues(dataset, dataset.intervals[i]);
      })) {
    throw core::InputError(fmt::format(
        "--reflect {}: no tenth of a second has enough bins to compare two microphones; use "
        "initial:AXIS, or make the features with a lower --floor-db",
        to_string(options)));
  }
}

Reflection decide_reflection(const Model& model, const Dataset& dataset,
                             const ReflectionOptions& options, core::ThreadPool& pool) {
  Reflection result;
  result.rule = to_string(options);
  if (options.rule == ReflectionRule::kNone) {
    result.evidence = "not asked: directions may all be reflected through the origin";
    return result;
  }
  require_reflection(dataset, options);
  Model unsigned_model = model;
  unsigned_model.reflection = Reflection{};
  Predictor predictor(unsigned_model);
  if (options.rule == ReflectionRule::kMicrophones) {
    const std::vector<double> slopes = microphone_votes(predictor, dataset, options, pool);
    if (slopes.empty()) throw core::InputError("--reflect mics: no interval has any sound");
    summarize(result, slopes, "groups of intervals", microphone_sentence(options, slopes));
    return result;
  }
  std::vector<double> cosines;
  for (const std::size_t i : spread(0, dataset.intervals.size(), kMaxIntervals)) {
    const std::optional<double> cosine =
        vote(predictor, dataset, dataset.intervals[i], options, pool);
    if (cosine) cosines.push_back(*cosine);
  }
  if (cosines.empty()) {
    throw core::InputError(fmt::format("--reflect {}: no interval has any sound", result.rule));
  }
  double mean_cosine = 0.0;
  for (const double cosine : cosines) mean_cosine += cosine / static_cast<double>(cosines.size());
  const char* what = options.rule == ReflectionRule::kTruth ? "their true direction"
                                                            : "facing the source at their start";
  summarize(result, cosines, "intervals", what);
  result.evidence += fmt::format("; mean cosine {:+.2f}", result.sign * mean_cosine);
  return result;
}

}  // namespace learn
