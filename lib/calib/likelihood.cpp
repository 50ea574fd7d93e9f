#include "calib/likelihood.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace calib {
namespace {

constexpr float kOnsetPower = 0.35F;
constexpr int kShares = 40;  ///< exponents tried, evenly up to the number of microphones
constexpr double kShareStep = 1.0 / kShares;

/// The integral over t in [0, 1] of (t + floor)^-exponent (M - 1) t^(M - 2), by the trapezoidal
/// rule in log t, where the integrand is smooth; for one exponent after another, since the step
/// from each to the next multiplies every sample by the same factor.
class Normalizer {
 public:
  Normalizer(double floor, std::size_t microphones) {
    const double M = static_cast<double>(microphones);
    for (std::size_t i = 0; i <= kPoints; ++i) {
      const double u = kLowest + kStep * static_cast<double>(i);
      const double end = i == 0 || i == kPoints ? 0.5 : 1.0;
      sample_[i] = end * kStep * (M - 1.0) * std::exp((M - 1.0) * u);
      factor_[i] = std::pow(std::exp(u) + floor, -kShareStep * M);
    }
  }

  /// log of the integral for the next exponent; the first is kShareStep M.
  double next_log() {
    double sum = 0.0;
    for (std::size_t i = 0; i <= kPoints; ++i) sum += sample_[i] *= factor_[i];
    return std::log(sum);
  }

 private:
  static constexpr std::size_t kPoints = 160;
  static constexpr double kLowest = -16.0;  // exp of it is far below the smallest floor
  static constexpr double kStep = -kLowest / static_cast<double>(kPoints);
  std::array<double, kPoints + 1> sample_, factor_;
};

}  // namespace

std::size_t MatchLikelihood::band(double frequency_hz) const {
  const auto after = std::upper_bound(band_hz.begin(), band_hz.end(), frequency_hz);
  return after == band_hz.begin() ? 0 : static_cast<std::size_t>(after - band_hz.begin()) - 1;
}

float onset_weight(float rise) { return std::pow(rise, kOnsetPower); }

BandFit fit_band(std::span<const double> mismatch, std::size_t microphones) {
  BandFit best;
  double highest = -INFINITY;
  for (double log_floor = -5.0; log_floor <= -0.29; log_floor += 0.2) {
    const double floor = std::pow(10.0, log_floor);
    double mean_log = 0.0;
    for (const double t : mismatch) mean_log += std::log(t + floor);
    mean_log /= static_cast<double>(mismatch.size());
    Normalizer normalizer(floor, microphones);
    for (int step = 1; step <= kShares; ++step) {
      const double exponent = kShareStep * step * static_cast<double>(microphones);
      const double value = -exponent * mean_log - normalizer.next_log();
      if (value > highest) {
        highest = value;
        best = {exponent, floor};
      }
    }
  }
  return best;
}

}  // namespace calib
