#include "align/heading_drift.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "align/heading_smoother.h"
#include "core/errors.h"
#include "core/quantile.h"
#include "core/units.h"

namespace align {
namespace {

constexpr double kTurn = 2.0 * std::numbers::pi;
/// Degrees of freedom of Student's distribution.
constexpr double kFreedom = 4.0;
/// Median of |e| / sigma of Student's distribution with four degrees of freedom.
constexpr double kMedianOfStudent = 0.741;
constexpr int kWeightPasses = 6;
constexpr std::size_t kMostResets = 100;
/// Random walks that are compared, degrees in 1 s and degrees per second in 1 s.
constexpr double kAngleWalks_deg[] = {0.01, 0.03, 0.1, 0.3};
constexpr double kRateWalks_deg_s[] = {0.003, 0.01, 0.03, 0.1, 0.3};
/// Smallest standard deviation of an observation.
constexpr double kLeastSdRad = 1e-4;
/// Largest ratio of the errors to what the differences of neighbors say of them.
constexpr double kLargestErrorRatio = 4.0;
/// Neighboring errors agree at most this much; more would say that no observation is worth anything.
constexpr double kMostCorrelation = 0.9;

double wrapped(double angle_rad) { return std::remainder(angle_rad, kTurn); }

std::vector<HeadingMoment> moments_of(std::span<const HeadingSample> samples) {
  std::vector<HeadingMoment> moments(samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const HeadingSample& sample = samples[i];
    HeadingMoment& moment = moments[i];
    moment.observed = sample.observed;
    moment.correction_rad = sample.correction_rad;
    moment.broken = sample.broken;
    if (i + 1 == samples.size()) break;
    moment.step_s = samples[i + 1].time_s - sample.time_s;
    if (sample.broken) continue;
    moment.turn_rad = samples[i + 1].turned_rad - sample.turned_rad;
    const double change = wrapped(samples[i + 1].heading_rad - sample.heading_rad);
    moment.leak_s_rad = moment.step_s * wrapped(sample.heading_rad + 0.5 * change);
  }
  return moments;
}

/// The search for walks, weights and resets.
class DriftSearch {
 public:
  DriftSearch(std::span<const HeadingSample> samples, const HeadingOptions& options)
      : samples_(samples), options_(options), moments_(moments_of(samples)) {
    if (!options.leak) walk_.leak_sd = 0.0;
    if (!options.scale) walk_.scale_sd = 0.0;
    walk_.angle_rad = core::degrees_to_radians(0.1);
    walk_.rate_rad_s = core::degrees_to_radians(0.03);
    weight_.assign(samples.size(), 1.0);
    sd_rad_ = first_sd_rad_ = first_sd();
    set_variances();
    for (std::size_t i = 0; i + 1 < samples_.size(); ++i) moments_[i].broken |= samples_[i].jump;
    unwrap_observations(walk_, moments_);
    for (std::size_t i = 0; i + 1 < samples_.size(); ++i) moments_[i].broken = samples_[i].broken;
  }

  /// Adds resets while errors count as independent and as small as those of neighbors, which no
  /// unknown reset hides from. Then drops those that errors of this size and duration can look like.
  void find_resets() {
    // The log itself shows these; the sound tells their size, or that there is none.
    for (std::size_t i = 0; i + 1 < samples_.size(); ++i) {
      if (!samples_[i].jump || moments_[i].broken) continue;
      moments_[i].broken = true;
      resets_.push_back(i);
    }
    searching_ = true;
    fit();
    while (resets_.size() < kMostResets) {
      const std::size_t best = best_step();
      if (best == samples_.size() || smoothed_.step_ratio[best] <= options_.reset_threshold) break;
      const std::size_t at = placed(best);
      add(at);
      if (std::abs(size_of(at)) >= options_.least_reset_rad) continue;
      remove(at);
      refused_.push_back(best);
      refused_.push_back(at);
    }
    searching_ = false;
    fit();
    while (!resets_.empty()) {
      const auto least =
          std::ranges::min_element(resets_, {}, [this](std::size_t at) { return evidence_of(at); });
      if (evidence_of(*least) > options_.reset_threshold) break;
      remove(*least);
    }
    settle();
  }

  HeadingDrift result() const {
    HeadingDrift drift;
    double sum = 0.0;
    double observed = 0.0;
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      drift.correction_rad.push_back(smoothed_.state[i](0));
      drift.correction_sd_rad.push_back(std::sqrt(std::max(smoothed_.correction_variance[i], 0.0)));
      drift.rate_rad_s.push_back(smoothed_.state[i](1));
      drift.weight.push_back(samples_[i].observed ? std::min(weight_[i], 1.0) : 0.0);
      sum += drift.weight.back();
      observed += samples_[i].observed ? 1.0 : 0.0;
    }
    for (const std::size_t at : resets_) drift.reset.push_back({at, size_of(at)});
    drift.leak_per_s = smoothed_.state.back()(2);
    drift.scale = smoothed_.state.back()(3);
    drift.leak_sd_per_s = std::sqrt(std::max(smoothed_.last_covariance(2, 2), 0.0));
    drift.scale_sd = std::sqrt(std::max(smoothed_.last_covariance(3, 3), 0.0));
    drift.observation_sd_rad = sd_rad_;
    drift.agreement = sum / observed;
    return drift;
  }

 private:
  /// From neighboring observations, which a slow drift hardly separates.
  double first_sd() const {
    std::vector<double> difference;
    const HeadingSample* last = nullptr;
    for (const HeadingSample& sample : samples_) {
      if (!sample.observed) continue;
      if (last != nullptr) {
        difference.push_back(std::abs(wrapped(sample.correction_rad - last->correction_rad)) /
                             std::hypot(sample.sd, last->sd));
      }
      last = &sample;
    }
    return std::max(core::median(difference) / kMedianOfStudent, kLeastSdRad);
  }

  void set_variances() {
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      const double sd = sd_rad_ * samples_[i].sd;
      moments_[i].variance = correlation_factor_ * sd * sd / weight_[i];
    }
  }

  double error_of(std::size_t i) const {
    return wrapped(moments_[i].correction_rad - smoothed_.state[i](0));
  }

  /// Sets the weights of Student's distribution by expectation and maximization, and the size of the
  /// errors.
  /// @param doubt  factor of the errors' size while resets are searched. Outliers have bent the first
  ///               fit, which must not decide which observations are outliers: the weights start
  ///               nearly equal and become strict.
  void update_weights(double doubt) {
    std::vector<double> relative;
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      if (samples_[i].observed) relative.push_back(std::abs(error_of(i)) / samples_[i].sd);
    }
    // With many outliers, a bad fit and a large error could confirm each other.
    sd_rad_ = searching_ ? doubt * first_sd_rad_
                         : std::clamp(core::median(relative) / kMedianOfStudent, kLeastSdRad,
                                      kLargestErrorRatio * first_sd_rad_);
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      if (!samples_[i].observed) continue;
      moments_[i].correction_rad = smoothed_.state[i](0) + error_of(i);
      const double error = error_of(i) / (sd_rad_ * samples_[i].sd);
      weight_[i] = (kFreedom + 1.0) / (kFreedom + error * error);
    }
    correlation_factor_ = searching_ ? 1.0 : correlation_factor();
  }

  /// By how much the variance of a mean of many errors exceeds that of independent errors: that of
  /// an autoregression, (1 + c) / (1 - c) with the correlation c of neighbors.
  double correlation_factor() const {
    double product = 0.0;
    double square = 0.0;
    double last = 0.0;
    bool known = false;
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      if (moments_[i].broken) known = false;
      if (!samples_[i].observed) continue;
      const double error = std::clamp(error_of(i) / samples_[i].sd, -3.0 * sd_rad_, 3.0 * sd_rad_);
      if (known) product += error * last;
      square += error * error;
      last = error;
      known = true;
    }
    if (square <= 0.0) return 1.0;
    const double c = std::clamp(product / square, 0.0, kMostCorrelation);
    return (1.0 + c) / (1.0 - c);
  }

  /// Weights for the present walks and resets, then the most likely walks.
  void fit() {
    for (int pass = 0; pass < kWeightPasses; ++pass) {
      set_variances();
      smoothed_ = smooth_heading(moments_, walk_);
      if (pass + 1 == kWeightPasses) {
        choose_walks();
      } else {
        update_weights(std::exp2(kWeightPasses - 2 - pass));
      }
    }
  }

  void choose_walks() {
    double best = -std::numeric_limits<double>::infinity();
    HeadingWalk walk = walk_;
    for (const double angle_deg : kAngleWalks_deg) {
      for (const double rate_deg_s : kRateWalks_deg_s) {
        walk.angle_rad = core::degrees_to_radians(angle_deg);
        walk.rate_rad_s = core::degrees_to_radians(rate_deg_s);
        SmoothedHeading smoothed = smooth_heading(moments_, walk);
        if (smoothed.log_likelihood <= best) continue;
        best = smoothed.log_likelihood;
        walk_ = walk;
        smoothed_ = std::move(smoothed);
      }
    }
  }

  /// Where a reset explains most; the number of samples if none does.
  std::size_t best_step() const {
    std::size_t best = samples_.size();
    double ratio = 0.0;
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      if (moments_[i].broken || std::ranges::find(refused_, i) != refused_.end()) continue;
      if (smoothed_.step_ratio[i] <= ratio) continue;
      best = i;
      ratio = smoothed_.step_ratio[i];
    }
    return best;
  }

  /// Places every reset again: the others were not known when it was placed.
  void settle() {
    for (const std::size_t at : std::vector<std::size_t>(resets_)) {
      if (samples_[at].jump) continue;
      remove(at);
      const std::size_t best = best_step();
      add(best == samples_.size() ? at : placed(best));
    }
    std::ranges::sort(resets_);
  }

  /// Squared size of a reset over its variance; corrections on its two sides are independent.
  double evidence_of(std::size_t at) const {
    const double size = size_of(at);
    if (std::abs(size) < options_.least_reset_rad) return 0.0;
    return size * size /
           (smoothed_.correction_variance[at] + smoothed_.correction_variance[at + 1]);
  }

  double size_of(std::size_t at) const {
    const HeadingState& before = smoothed_.state[at];
    const HeadingMoment& moment = moments_[at];
    const double expected = before(0) + moment.step_s * before(1) + moment.leak_s_rad * before(2) +
                            moment.turn_rad * before(3);
    return wrapped(smoothed_.state[at + 1](0) - expected);
  }

  /// Between two observations, the sound does not tell where a reset is; the log's own step does.
  std::size_t placed(std::size_t at) const {
    std::size_t first = at;
    while (first > 0 && !moments_[first].observed && !moments_[first - 1].broken) --first;
    std::size_t best = first;
    for (std::size_t i = first; i + 1 < moments_.size() && !moments_[i].broken; ++i) {
      if (log_step(i) > log_step(best)) best = i;
      if (moments_[i + 1].observed) break;
    }
    return best;
  }

  /// Change of the log's heading after a sample.
  double log_step(std::size_t i) const {
    return std::abs(wrapped(samples_[i + 1].heading_rad - samples_[i].heading_rad));
  }

  void add(std::size_t at) {
    moments_[at].broken = true;
    resets_.push_back(at);
    std::ranges::fill(weight_, 1.0);
    fit();
  }

  void remove(std::size_t at) {
    moments_[at].broken = false;
    std::erase(resets_, at);
    fit();
  }

  std::span<const HeadingSample> samples_;
  HeadingOptions options_;
  std::vector<HeadingMoment> moments_;
  std::vector<double> weight_;
  std::vector<std::size_t> resets_, refused_;
  HeadingWalk walk_;
  bool searching_ = false;  ///< resets are being added
  double first_sd_rad_ = 0.0;
  double sd_rad_ = 0.0;
  double correlation_factor_ = 1.0;
  SmoothedHeading smoothed_;
};

}  // namespace

HeadingDrift estimate_heading_drift(std::span<const HeadingSample> samples,
                                    const HeadingOptions& options) {
  const auto observed = std::ranges::count_if(samples, &HeadingSample::observed);
  if (observed < 3) {
    throw core::InputError("the heading's drift needs at least 3 directions of sound, found " +
                           std::to_string(observed));
  }
  DriftSearch search(samples, options);
  search.find_resets();
  return search.result();
}

double heading_of(const Eigen::Quaterniond& q) { return wrapped(2.0 * std::atan2(q.z(), q.w())); }

}  // namespace align
