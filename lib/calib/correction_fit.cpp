#include "calib/correction_fit.h"

#include <algorithm>
#include <cmath>

#include "calib/correction_regression.h"

namespace calib {
namespace {

/// Mismatch below which a bin counts as a perfect match when models are compared.
constexpr double kMatchFloor = 0.01;

/// Mean log mismatch of each odd recording's bins, weighted by the network's confidence; NaN for a
/// recording without such bins.
std::vector<double> held_out_scores(const Observations& data, const CorrectionSample& sample,
                                    const Calibration& calibration) {
  std::vector<double> sum(data.recordings.size(), 0.0), weight(sum.size(), 0.0);
  std::vector<std::complex<double>> h(data.microphones);
  constexpr std::size_t kStride = 5;  // every fifth bin is enough to compare models
  for (std::size_t i = 0; i < sample.bin.size(); i += kStride) {
    const std::size_t r = sample.recording[i];
    if (r % 2 == 0) continue;
    const std::size_t b = sample.bin[i];
    calibration.signature(data.frequency_hz(b), sample.direction[i], h);
    const double w = static_cast<double>(data.weight[b]);
    sum[r] += w * std::log(mismatch(h, &data.bin[b * data.microphones]) + kMatchFloor);
    weight[r] += w;
  }
  for (std::size_t r = 0; r < sum.size(); ++r) sum[r] = weight[r] > 0.0 ? sum[r] / weight[r] : NAN;
  return sum;
}

struct Difference {
  double mean = 0.0, error = 0.0;
};

/// Mean and standard error of a - b over recordings that have both.
Difference compare(const std::vector<double>& a, const std::vector<double>& b) {
  double n = 0.0, sum = 0.0, squares = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double d = a[i] - b[i];
    if (!std::isfinite(d)) continue;
    n += 1.0;
    sum += d;
    squares += d * d;
  }
  if (n < 2.0) return {};
  const double mean = sum / n;
  return {mean, std::sqrt(std::max(0.0, squares / n - mean * mean) / (n - 1.0))};
}

/// A model that was tried: no correction, or an order with a ridge.
struct Candidate {
  bool none = true;
  std::size_t order = 0;
  double ridge = 0.0;
  std::vector<double> score;
};

std::vector<Candidate> try_models(const Observations& data, const EffectiveArray& array,
                                  const CorrectionSample& sample, const std::vector<KnotSums>& sums,
                                  std::span<const double> knot_hz, const CorrectionOptions& options,
                                  core::ThreadPool& pool) {
  std::vector<Candidate> candidates(1);  // simplest first
  for (const std::size_t order : options.orders) {
    for (const double ridge : options.ridges) candidates.push_back({false, order, ridge, {}});
  }
  pool.for_each_shard(candidates.size(), [&](std::size_t i) {
    Candidate& candidate = candidates[i];
    Calibration trial;
    trial.array = array;
    if (!candidate.none) {
      trial.correction =
          solve_correction(sums, knot_hz, candidate.order, candidate.ridge, true, false);
    }
    candidate.score = held_out_scores(data, sample, trial);
  });
  return candidates;
}

double mean_score(const Candidate& candidate) {
  return compare(candidate.score, std::vector<double>(candidate.score.size(), 0.0)).mean;
}

/// The simplest candidate within a standard error of the best.
const Candidate& choose(const std::vector<Candidate>& candidates) {
  const Candidate& best = *std::min_element(
      candidates.begin(), candidates.end(),
      [](const Candidate& a, const Candidate& b) { return mean_score(a) < mean_score(b); });
  return *std::find_if(candidates.begin(), candidates.end(), [&](const Candidate& c) {
    const Difference difference = compare(c.score, best.score);
    return difference.mean <= difference.error;
  });
}

}  // namespace

CorrectionFit fit_correction(const Observations& data, const EffectiveArray& array,
                             const CorrectionOptions& options, core::ThreadPool& pool) {
  const std::vector<double> knots = frequency_knots(data, options.knot_hz);
  const CorrectionSample sample = make_sample(data, options.most_bins, knots, options.knot_hz);
  const std::size_t top = *std::max_element(options.orders.begin(), options.orders.end());
  CorrectionFit fit;
  Calibration current;
  current.array = array;
  for (const double scale : options.scales) {
    options.between_steps();
    const BinState state = update_bins(data, sample, current, scale, pool);
    std::vector<KnotSums> sums(knots.size());
    pool.for_each_shard(knots.size(), [&](std::size_t q) {
      sums[q] =
          sum_knot(data, array, sample, state, top, knots[q], options.knot_hz, sample.by_knot[q]);
    });
    const std::vector<Candidate> candidates =
        try_models(data, array, sample, sums, knots, options, pool);
    const Candidate& chosen = choose(candidates);
    const Difference gain = compare(candidates.front().score, chosen.score);
    const auto from = [&](bool even, bool odd) {
      return chosen.none ? Correction{}
                         : solve_correction(sums, knots, chosen.order, chosen.ridge, even, odd);
    };
    current.correction = from(true, true);
    fit = {current.correction,
           {from(true, false), from(false, true)},
           chosen.ridge,
           gain.mean,
           gain.error};
  }
  return fit;
}

}  // namespace calib
