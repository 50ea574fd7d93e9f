#include "doa/mixture_frames.h"

#include <algorithm>
#include <cmath>

#include "core/kernel.h"
#include "doa/fast_math.h"

namespace doa {
namespace {

constexpr std::size_t kLanes = DirectionColumns::kLanes;
constexpr float kLn2 = 0.693147181F;

/// log2(2^a + 2^b).
[[gnu::always_inline]] inline float log_sum(float a, float b) {
  const float high = a > b ? a : b;
  const float low = a > b ? b : a;
  return high + fast_log2(1.0F + fast_exp((low - high) * kLn2));
}

/// Scores of sixteen directions. ratio: [bins, sixteen].
CSL_KERNEL void score_block(std::size_t bins, const float* weight, const float* log_rest,
                            float log_share, const float* ratio, float* scores) {
  float sum[kLanes] = {};
  for (std::size_t b = 0; b < bins; ++b) {
    const float w = weight[b], rest = log_rest[b];
    const float* row = ratio + b * kLanes;
#pragma omp simd
    for (std::size_t l = 0; l < kLanes; ++l) sum[l] += w * log_sum(rest, log_share + row[l]);
  }
  for (std::size_t l = 0; l < kLanes; ++l) scores[l] = sum[l];
}

/// log_density[b] = log2(2^log_density[b] + share 2^ratio[b]).
CSL_KERNEL void add_term(std::size_t bins, float log_share, const float* ratio,
                         float* log_density) {
#pragma omp simd
  for (std::size_t b = 0; b < bins; ++b) {
    log_density[b] = log_sum(log_density[b], log_share + ratio[b]);
  }
}

/// posterior[b] = share 2^(ratio[b] - log_density[b]).
CSL_KERNEL void fill_posterior(std::size_t bins, float log_share, const float* ratio,
                               const float* log_density, float* posterior) {
#pragma omp simd
  for (std::size_t b = 0; b < bins; ++b) {
    posterior[b] = fast_exp((log_share + ratio[b] - log_density[b]) * kLn2);
  }
}

float log2_of(double share) { return static_cast<float>(std::log2(std::max(share, 1e-12))); }

}  // namespace

MixtureFrames::MixtureFrames(const BinDensities& bins, double share)
    : bins_(bins),
      log_share_(log2_of(share)),
      log_rest_(bins.weight().size(), log2_of(1.0 - share)) {}

MixtureFrames::MixtureFrames(const BinDensities& bins, double share, std::vector<float> log_rest,
                             std::size_t first_bin)
    : bins_(bins),
      log_share_(log2_of(share)),
      log_rest_(std::move(log_rest)),
      first_bin_(first_bin) {}

bool MixtureFrames::active(std::size_t frame) const {
  return bins_.first_bin()[frame + 1] > bins_.first_bin()[frame];
}

void MixtureFrames::score(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
                          const DirectionColumns& directions, float* scores) const {
  const std::size_t first = bins_.first_bin()[frame];
  const std::size_t count = bins_.first_bin()[frame + 1] - first;
  const float* weight = &bins_.weight()[first];
  const float* rest = &log_rest_[first - first_bin_];
  bins_.log_ratios(frame, R_pool_sensor, directions, [&](std::size_t j, const float* ratio) {
    score_block(count, weight, rest, log_share_, ratio, scores + j);
  });
}

void MixtureFrames::score_and_keep(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
                                   const DirectionColumns& directions, float* scores,
                                   GridRatios& kept) const {
  const std::size_t first = bins_.first_bin()[frame];
  const std::size_t count = bins_.first_bin()[frame + 1] - first;
  const float* weight = &bins_.weight()[first];
  const float* rest = &log_rest_[first - first_bin_];
  kept.clear();
  bins_.log_ratios(frame, R_pool_sensor, directions, [&](std::size_t j, const float* ratio) {
    score_block(count, weight, rest, log_share_, ratio, scores + j);
    kept.append(count, ratio);
  });
}

MixtureDensities::MixtureDensities(std::span<const float> weight) : weight_(weight) {
  for (const float w : weight) summed_weight_ += w;
}

void MixtureDensities::add(std::vector<float> log_ratio) {
  const double share = 1.0 / static_cast<double>(sources() + 2);
  outlier_share_ *= 1.0 - share;
  for (double& other : share_) other *= 1.0 - share;
  share_.push_back(share);
  log_ratio_.push_back(std::move(log_ratio));
}

void MixtureDensities::remove(std::size_t source) {
  const auto at = static_cast<std::ptrdiff_t>(source);
  // Its bins go to "no direction"; the next steps of expectation maximization share them out.
  outlier_share_ += share_[source];
  share_.erase(share_.begin() + at);
  log_ratio_.erase(log_ratio_.begin() + at);
}

void MixtureDensities::set_ratios(std::size_t source, std::vector<float> log_ratio) {
  log_ratio_[source] = std::move(log_ratio);
}

void MixtureDensities::update_shares(std::size_t steps) {
  for (std::size_t step = 0; step < steps; ++step) {
    const std::vector<float> log_density = log_density_without(sources());
    std::vector<double> expected;
    double of_sources = 0.0;
    for (std::size_t k = 0; k < sources(); ++k) {
      const std::vector<float> probability = posterior(k, log_density);
      double sum = 0.0;
      for (std::size_t b = 0; b < weight_.size(); ++b) sum += weight_[b] * probability[b];
      expected.push_back(std::min(1.0, sum / summed_weight_));
      of_sources += expected.back();
    }
    outlier_share_ = std::max(0.0, 1.0 - of_sources);
    share_ = expected;
  }
}

std::vector<float> MixtureDensities::log_density_without(std::size_t source) const {
  std::vector<float> log_density(weight_.size(), log2_of(outlier_share_));
  for (std::size_t k = 0; k < sources(); ++k) {
    if (k == source) continue;
    add_term(weight_.size(), log2_of(share_[k]), log_ratio_[k].data(), log_density.data());
  }
  return log_density;
}

double MixtureDensities::mean_log_density() const {
  const std::vector<float> log_density = log_density_without(sources());
  double sum = 0.0;
  for (std::size_t b = 0; b < weight_.size(); ++b) sum += weight_[b] * log_density[b];
  return sum / summed_weight_;
}

std::vector<float> MixtureDensities::posterior(std::size_t source) const {
  return posterior(source, log_density_without(sources()));
}

std::vector<float> MixtureDensities::posterior(std::size_t source,
                                               std::span<const float> log_density) const {
  std::vector<float> probability(weight_.size());
  fill_posterior(weight_.size(), log2_of(share_[source]), log_ratio_[source].data(),
                 log_density.data(), probability.data());
  return probability;
}

}  // namespace doa
