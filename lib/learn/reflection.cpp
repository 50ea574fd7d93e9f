#include "learn/reflection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/errors.h"
#include "learn/reflection_cues.h"

namespace learn {
namespace {

/// Number of intervals that vote at most, evenly spread over the recording.
constexpr std::size_t kMaxIntervals = 500;
/// Number of bins of an interval that are predicted at most, evenly spread.
constexpr std::size_t kMaxBinsPerInterval = 2048;

/// Mean cosine between direction and axis below which a decision is doubtful: sine of 6 degrees.
constexpr double kLeastCosine = 0.1;

/// What is known of an interval's source, or null.
const SourceSide* side_of(const Interval& interval, const ReflectionOptions& options) {
  const SourceSide* side = &options.side;
  if (options.rule == ReflectionRule::kRecordings) {
    const auto found = options.recordings.find(interval.recording);
    if (found == options.recordings.end()) return nullptr;
    side = &found->second;
  }
  return side->world || interval.starts_recording ? side : nullptr;
}

/// Direction of an interval's source as the rule has it, in the world; empty if it has none.
std::optional<Eigen::Vector3f> expected_direction(const Dataset& dataset, const Interval& interval,
                                                  const ReflectionOptions& options) {
  if (options.rule == ReflectionRule::kTruth) return interval.direction_world;
  const SourceSide* side = side_of(interval, options);
  if (side == nullptr || interval.end_frame == interval.first_frame) return std::nullopt;
  if (side->world) return side->axis;
  return Eigen::Vector3f(dataset.R_world_sensor[interval.first_frame] * side->axis);
}

/// Intervals that can vote, with the directions that the rule expects.
struct Voter {
  const Interval* interval;
  Eigen::Vector3d expected_world;
};

std::vector<Voter> voters(const Dataset& dataset, const ReflectionOptions& options) {
  std::vector<Voter> all;
  for (const Interval& interval : dataset.intervals) {
    const auto expected = expected_direction(dataset, interval, options);
    if (expected) all.push_back({&interval, expected->cast<double>().normalized()});
  }
  std::vector<Voter> chosen;
  for (const std::size_t i : spread(0, all.size(), kMaxIntervals)) chosen.push_back(all[i]);
  return chosen;
}

/// Cosine between an interval's direction by the unsigned model, pooled in the world, and what the
/// rule expects, in [-1, 1]; empty without bins. The whole interval is pooled even where only its
/// start is known: two microphones show a direction only while the array turns.
std::optional<double> vote(Predictor& predictor, const Dataset& dataset, const Voter& voter,
                           core::ThreadPool& pool) {
  const std::vector<std::size_t> bins =
      spread(voter.interval->first_bin, voter.interval->end_bin, kMaxBinsPerInterval);
  const Eigen::Vector3d pooled =
      pool_in_world(dataset, bins, predict_bins(predictor, dataset, bins, pool));
  if (pooled.isZero(0.0)) return std::nullopt;
  return pooled.dot(voter.expected_world);
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

/// Directions near the border of their half space say little: a small error turns their votes, and
/// intervals of one source all turn together.
void weigh_cosines(Reflection& result, const std::vector<double>& cosines) {
  double mean = 0.0;
  for (const double cosine : cosines) mean += cosine / static_cast<double>(cosines.size());
  mean *= result.sign;
  result.evidence += fmt::format("; mean cosine {:+.2f}", mean);
  if (mean >= kLeastCosine) return;
  result.doubtful = true;
  result.evidence += fmt::format(", expected {} or more", kLeastCosine);
}

/// Who votes and what each vote says, for the evidence.
std::pair<const char*, const char*> sentence_parts(const ReflectionOptions& options) {
  switch (options.rule) {
    case ReflectionRule::kTruth:
      return {"intervals", "their true direction"};
    case ReflectionRule::kInitial:
      return {"recordings", "facing the source at their start"};
    case ReflectionRule::kWorld:
      return {"intervals", "the source's side of the world"};
    default:
      return {"intervals", "what is stated of their recordings"};
  }
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

/// @throws core::InputError  if a listed recording is not in the data
void require_recordings(const Dataset& dataset, const ReflectionOptions& options) {
  for (const auto& [name, side] : options.recordings) {
    if (std::ranges::any_of(dataset.intervals,
                            [&](const Interval& i) { return i.recording == name; })) {
      continue;
    }
    throw core::InputError(fmt::format(
        "{}: no recording is named '{}'; csl-import names recordings by their audio file, without "
        "folder and ending",
        options.recordings_file, name));
  }
}

}  // namespace

void require_reflection(const Dataset& dataset, const ReflectionOptions& options) {
  if (options.rule == ReflectionRule::kTruth &&
      std::ranges::none_of(dataset.intervals,
                           [](const Interval& i) { return i.direction_world.has_value(); })) {
    throw core::InputError(
        "--reflect truth needs true directions, and no session has one; use world:AXIS, "
        "initial:AXIS "
        "or none");
  }
  require_recordings(dataset, options);
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
        "world:AXIS or initial:AXIS, or make the features with a lower --floor-db",
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
  for (const Voter& voter : voters(dataset, options)) {
    const std::optional<double> cosine = vote(predictor, dataset, voter, pool);
    if (cosine) cosines.push_back(*cosine);
  }
  if (cosines.empty()) {
    throw core::InputError(fmt::format("--reflect {}: no interval has any sound", result.rule));
  }
  const auto [who, what] = sentence_parts(options);
  summarize(result, cosines, who, what);
  weigh_cosines(result, cosines);
  return result;
}

}  // namespace learn
