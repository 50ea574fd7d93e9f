#include "calib/likelihood.h"

#include <algorithm>
#include <cmath>

namespace calib {
namespace {

/// log of the integral over t in [0, 1] of (t + floor)^-exponent (M - 1) t^(M - 2), by the
/// trapezoidal rule in log t, where the integrand is smooth.
double log_normaliser(double exponent, double floor, std::size_t microphones) {
  constexpr int kPoints = 160;
  constexpr double kLowest = -16.0;  // exp of it is far below the smallest floor
  const double M = static_cast<double>(microphones);
  const double step = -kLowest / kPoints;
  double sum = 0.0;
  for (int i = 0; i <= kPoints; ++i) {
    const double u = kLowest + step * i;
    const double weight = i == 0 || i == kPoints ? 0.5 : 1.0;
    sum += weight * std::exp((M - 1.0) * u - exponent * std::log(std::exp(u) + floor));
  }
  return std::log((M - 1.0) * step * sum);
}

}  // namespace

std::size_t MatchLikelihood::band(double frequency_hz) const {
  const auto after = std::upper_bound(band_hz.begin(), band_hz.end(), frequency_hz);
  return after == band_hz.begin() ? 0 : static_cast<std::size_t>(after - band_hz.begin()) - 1;
}

BandFit fit_band(std::span<const double> mismatch, std::size_t microphones) {
  BandFit best;
  double highest = -INFINITY;
  for (double log_floor = -5.0; log_floor <= -0.29; log_floor += 0.2) {
    const double floor = std::pow(10.0, log_floor);
    double mean_log = 0.0;
    for (const double t : mismatch) mean_log += std::log(t + floor);
    mean_log /= static_cast<double>(mismatch.size());
    for (double share = 0.025; share < 1.0001; share += 0.025) {
      const double exponent = share * static_cast<double>(microphones);
      const double value = -exponent * mean_log - log_normaliser(exponent, floor, microphones);
      if (value > highest) {
        highest = value;
        best = {exponent, floor};
      }
    }
  }
  return best;
}

}  // namespace calib
