#include "calib/calibrate.h"

#include <algorithm>
#include <complex>
#include <utility>

#include "calib/relabel.h"
#include "core/progress.h"

namespace calib {
namespace {

/// A band with fewer bins uses the fit to the bins of all bands.
constexpr std::size_t kFewestInBand = 200;
constexpr double kRelabelReach_rad = 0.05;

/// 1 - x of every bin at its recording's direction, [bins]; -1 outside recordings.
std::vector<double> all_mismatches(const Observations& data, const Calibration& calibration,
                                   core::ThreadPool& pool) {
  std::vector<double> result(data.bins(), -1.0);
  pool.for_each_shard(data.recordings.size(), [&](std::size_t i) {
    const Interval& recording = data.recordings[i];
    std::vector<std::complex<double>> h(data.microphones);
    for (std::size_t b = recording.first_bin; b < recording.end_bin; ++b) {
      calibration.signature(data.frequency_hz(b), data.direction_sensor(recording, b), h);
      result[b] = mismatch(h, &data.bin[b * data.microphones]);
    }
  });
  return result;
}

}  // namespace

MatchLikelihood fit_likelihood(const Observations& data, const Calibration& calibration,
                               double band_hz, core::ThreadPool& pool) {
  const std::vector<double> rest = all_mismatches(data, calibration, pool);
  std::vector<std::vector<double>> by_band;
  std::vector<double> all;
  for (std::size_t b = 0; b < rest.size(); ++b) {
    if (rest[b] < 0.0) continue;
    const auto band = static_cast<std::size_t>(data.frequency_hz(b) / band_hz);
    if (band >= by_band.size()) by_band.resize(band + 1);
    by_band[band].push_back(rest[b]);
    all.push_back(rest[b]);
  }
  std::vector<BandFit> fits(by_band.size());
  const BandFit shared = fit_band(all, data.microphones);
  pool.for_each_shard(by_band.size(), [&](std::size_t i) {
    fits[i] = by_band[i].size() < kFewestInBand ? shared : fit_band(by_band[i], data.microphones);
  });
  MatchLikelihood likelihood;
  for (std::size_t i = 0; i < fits.size(); ++i) {
    likelihood.band_hz.push_back(band_hz * static_cast<double>(i));
    likelihood.exponent.push_back(fits[i].exponent);
    likelihood.floor.push_back(fits[i].floor);
  }
  return likelihood;
}

CalibrationResult calibrate(Observations& data, const CalibrateOptions& options,
                            core::ThreadPool& pool) {
  CorrectionOptions correction_options = options.correction;
  correction_options.between_steps = options.between_steps;
  CalibrationResult result;
  Calibration& calibration = result.calibration;
  calibration.array = find_first_positions(data, options.first, pool);
  options.between_steps();
  result.adjustment = adjust(data, calibration.array, options.adjustment, pool);
  calibration.likelihood = fit_likelihood(data, calibration, options.band_hz, pool);
  const auto settled = [&] {
    return result.rounds >= options.fewest_rounds && result.last_turn_rad < options.enough_turn_rad;
  };
  core::Progress progress("calibrating", static_cast<std::size_t>(options.most_rounds), "rounds");
  while (result.rounds < options.most_rounds && !settled()) {
    result.correction = fit_correction(data, calibration.array, correction_options, pool);
    calibration.correction = result.correction.correction;
    calibration.likelihood = fit_likelihood(data, calibration, options.band_hz, pool);
    if (calibration.correction.empty()) break;  // adjust() has made the directions consistent
    options.between_steps();
    result.last_turn_rad = relabel(data, calibration, kRelabelReach_rad, pool);
    ++result.rounds;
    progress.advance();
  }
  options.between_steps();
  calibration.uncertainty =
      measure_uncertainty(data, calibration.array, result.correction.halves, pool);
  return result;
}

}  // namespace calib
