#include "csl/reflection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "core/errors.h"

namespace csl {
namespace {

constexpr std::size_t kMaxIntervals = 500;  ///< asked at most, evenly spread over the recording
constexpr std::size_t kMaxBinsPerInterval = 2048;  ///< predicted at most, evenly spread

/// Up to `limit` numbers of [first, end), evenly spread.
std::vector<std::size_t> spread(std::size_t first, std::size_t end, std::size_t limit) {
  const std::size_t available = end - first;
  const std::size_t count = std::min(limit, available);
  std::vector<std::size_t> chosen(count);
  for (std::size_t i = 0; i < count; ++i) chosen[i] = first + i * available / count;
  return chosen;
}

/// Predictions for some bins, in the sensor frame.
Directions predict_bins(Predictor& predictor, const Dataset& dataset,
                        const std::vector<std::size_t>& bins, core::ThreadPool& pool) {
  std::vector<std::complex<float>> stft;
  std::vector<std::uint16_t> frequency;
  for (const std::size_t bin : bins) {
    const auto first =
        dataset.stft.begin() + static_cast<std::ptrdiff_t>(bin * dataset.microphones);
    stft.insert(stft.end(), first, first + static_cast<std::ptrdiff_t>(dataset.microphones));
    frequency.push_back(dataset.frequency[bin]);
  }
  return predictor.predict(stft, frequency, &pool);
}

/// Bins in the first `initial_s` of an interval.
std::vector<std::size_t> initial_bins(const Dataset& dataset, const Interval& interval,
                                      double initial_s) {
  const double frames = std::max(1.0, std::ceil(initial_s / dataset.hop_s - 1e-9));
  const double end_frame = static_cast<double>(interval.first_frame) + frames;
  std::size_t end = interval.first_bin;
  while (end < interval.end_bin && static_cast<double>(dataset.frame[end]) < end_frame) ++end;
  return spread(interval.first_bin, end, kMaxBinsPerInterval);
}

/// Cosine between what the unsigned model says of an interval and what the rule expects, in [-1,
/// 1]; empty if the interval cannot be asked.
std::optional<double> vote(Predictor& predictor, const Dataset& dataset, const Interval& interval,
                           const ReflectionOptions& options, core::ThreadPool& pool) {
  const bool initial = options.rule == ReflectionRule::kInitial;
  if (!initial && !interval.direction_world) return std::nullopt;
  const std::vector<std::size_t> bins =
      initial ? initial_bins(dataset, interval, options.initial_s)
              : spread(interval.first_bin, interval.end_bin, kMaxBinsPerInterval);
  const Directions r_sensor = predict_bins(predictor, dataset, bins, pool);
  Eigen::Vector3d pooled = Eigen::Vector3d::Zero();
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const Eigen::Vector3f r = r_sensor.row(static_cast<Eigen::Index>(i)).transpose();
    pooled += (initial ? r : Eigen::Vector3f(dataset.R_world_sensor[dataset.frame[bins[i]]] * r))
                  .cast<double>();
  }
  const Eigen::Vector3f expected = initial ? options.axis : *interval.direction_world;
  if (!(pooled.norm() > 0.0)) return std::nullopt;
  return pooled.normalized().dot(expected.cast<double>().normalized());
}

void summarise(Reflection& result, const std::vector<double>& cosines, const std::string& what) {
  const auto positive = static_cast<std::size_t>(
      std::ranges::count_if(cosines, [](double cosine) { return cosine > 0.0; }));
  result.votes = cosines.size();
  result.sign = 2 * positive >= result.votes ? 1 : -1;
  result.votes_for = result.sign > 0 ? positive : result.votes - positive;
  const double votes = static_cast<double>(result.votes);
  result.margin = (2.0 * static_cast<double>(result.votes_for) - votes) / votes;
  // Two standard deviations of a fair coin; beyond 16 votes a smaller margin is proof enough.
  result.doubtful = result.margin < std::min(0.5, 2.0 / std::sqrt(votes));
  double mean_cosine = 0.0;
  for (const double cosine : cosines) mean_cosine += cosine / votes;
  result.evidence = fmt::format("{} of {} intervals agree with {}; mean cosine {:+.2f}",
                                result.votes_for, result.votes, what, result.sign * mean_cosine);
}

}  // namespace

ReflectionOptions parse_reflection(const std::string& text) {
  ReflectionOptions options;
  if (text == "none") return options;
  if (text == "truth") {
    options.rule = ReflectionRule::kTruth;
    return options;
  }
  const std::string prefix = "initial:";
  if (text.size() == prefix.size() + 2 && text.starts_with(prefix)) {
    const char sign = text[prefix.size()];
    const int axis = text[prefix.size() + 1] - 'x';
    if ((sign == '+' || sign == '-') && axis >= 0 && axis < 3) {
      options.rule = ReflectionRule::kInitial;
      options.axis = (sign == '+' ? 1.0F : -1.0F) * Eigen::Vector3f::Unit(axis);
      return options;
    }
  }
  throw core::UsageError(fmt::format(
      "--reflect: expected none, truth or initial: with one of +x -x +y -y +z -z, found '{}'",
      text));
}

std::string to_string(const ReflectionOptions& options) {
  if (options.rule == ReflectionRule::kNone) return "none";
  if (options.rule == ReflectionRule::kTruth) return "truth";
  int axis = 0;
  options.axis.cwiseAbs().maxCoeff(&axis);
  return fmt::format("initial:{}{}", options.axis[axis] < 0.0F ? '-' : '+', "xyz"[axis]);
}

Reflection decide_reflection(const Model& model, const Dataset& dataset,
                             const ReflectionOptions& options, core::ThreadPool& pool) {
  Reflection result;
  result.rule = to_string(options);
  if (options.rule == ReflectionRule::kNone) {
    result.evidence = "not asked: directions may all be reflected through the origin";
    return result;
  }
  Model unsigned_model = model;
  unsigned_model.reflection = Reflection{};
  Predictor predictor(unsigned_model);
  std::vector<double> cosines;
  for (const std::size_t i : spread(0, dataset.intervals.size(), kMaxIntervals)) {
    const std::optional<double> cosine =
        vote(predictor, dataset, dataset.intervals[i], options, pool);
    if (cosine) cosines.push_back(*cosine);
  }
  if (cosines.empty()) {
    throw core::InputError(
        options.rule == ReflectionRule::kTruth
            ? "--reflect truth: no interval has a true direction; use initial:AXIS or none"
            : fmt::format("--reflect {}: no interval has sound in its first {} s", result.rule,
                          options.initial_s));
  }
  summarise(result, cosines,
            options.rule == ReflectionRule::kTruth ? "their true direction"
                                                   : "facing the source at their start");
  return result;
}

}  // namespace csl
