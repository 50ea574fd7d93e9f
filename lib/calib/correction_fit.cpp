#include "calib/correction_fit.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "calib/correction_regression.h"

namespace calib {
namespace {

/// Mismatch below which a bin counts as a perfect match when models are compared.
constexpr double kMatchFloor = 0.01;

/// Mean log mismatch of the bins in each cell that is held out, weighted by the network's confidence;
/// NaN for a cell that is not held out, or has less than a tenth of the mean weight.
std::vector<double> held_out_scores(const Observations& data, const CorrectionSample& sample,
                                    const Calibration& calibration) {
  std::vector<double> sum(kCells, 0.0), weight(kCells, 0.0);
  std::vector<std::complex<double>> h(data.microphones);
  constexpr std::size_t kStride = 5;  // every fifth bin is enough to compare models
  for (std::size_t i = 0; i < sample.bin.size(); i += kStride) {
    const std::size_t cell = sample.cell[i];
    if (!held_out(cell)) continue;
    const std::size_t b = sample.bin[i];
    calibration.signature(data.frequency_hz(b), sample.direction[i], h);
    const double w = static_cast<double>(data.weight[b]);
    sum[cell] += w * std::log(mismatch(h, &data.bin[b * data.microphones]) + kMatchFloor);
    weight[cell] += w;
  }
  const double heard = static_cast<double>(
      std::count_if(weight.begin(), weight.end(), [](double w) { return w > 0.0; }));
  const double least =
      0.1 * std::accumulate(weight.begin(), weight.end(), 0.0) / std::max(1.0, heard);
  for (std::size_t cell = 0; cell < kCells; ++cell)
    sum[cell] = weight[cell] > least ? sum[cell] / weight[cell] : NAN;
  return sum;
}

struct Difference {
  double mean = 0.0, error = 0.0;
};

/// Mean and standard error of a - b over the cells that have both.
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
      trial.correction = solve_correction(sums, knot_hz, candidate.order, candidate.ridge,
                                          {.held_out_cells = false});
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
    const auto from = [&](const Parts& parts) {
      return chosen.none ? Correction{}
                         : solve_correction(sums, knots, chosen.order, chosen.ridge, parts);
    };
    current.correction = from({});
    fit = {current.correction,
           {from({.odd = false}), from({.even = false})},
           chosen.ridge,
           gain.mean,
           gain.error};
  }
  return fit;
}

}  // namespace calib
