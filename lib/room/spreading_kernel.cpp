#include "room/spreading_kernel.h"

#include <Eigen/Dense>
#include <cmath>
#include <numbers>

namespace room {
namespace {

constexpr double kBeta = 9.2;  // 2.3 per row of width, the best for a grid of twice the needed rate

double bump(double x) {
  return std::exp(kBeta * (std::sqrt(std::max(0.0, 1.0 - x * x / 4.0)) - 1.0));
}

/// Polynomial in u = 2 fraction - 1 that passes through the bump at `first` - fraction, for
/// fractions at Chebyshev points.
SpreadingKernel::Piece fit(double first) {
  constexpr int kPoints = 2 * SpreadingKernel::kTerms;
  Eigen::Matrix<double, kPoints, kPoints> powers;
  Eigen::Matrix<double, kPoints, 1> value;
  for (int i = 0; i < kPoints; ++i) {
    const double u = std::cos(std::numbers::pi * (i + 0.5) / kPoints);
    value[i] = bump(first - (u + 1.0) / 2.0);
    for (int k = 0; k < kPoints; ++k) powers(i, k) = std::pow(u, k);
  }
  const Eigen::Matrix<double, kPoints, 1> coefficient = powers.colPivHouseholderQr().solve(value);
  SpreadingKernel::Piece piece;
  for (int k = 0; k < kPoints; ++k) {
    (k % 2 == 0 ? piece.even : piece.odd)[k / 2] = static_cast<float>(coefficient[k]);
  }
  return piece;
}

float horner(const std::array<float, SpreadingKernel::kTerms>& coefficient, float x) {
  float value = 0.0F;
  for (std::size_t k = SpreadingKernel::kTerms; k-- > 0;) value = value * x + coefficient[k];
  return value;
}

}  // namespace

SpreadingKernel::SpreadingKernel() : inner_(fit(1.0)), outer_(fit(2.0)) {}

std::array<float, SpreadingKernel::kWidth> SpreadingKernel::weights(float fraction) const {
  const float u = 2.0F * fraction - 1.0F;
  const float inner_even = horner(inner_.even, u * u);
  const float inner_odd = u * horner(inner_.odd, u * u);
  const float outer_even = horner(outer_.even, u * u);
  const float outer_odd = u * horner(outer_.odd, u * u);
  return {outer_even - outer_odd, inner_even - inner_odd, inner_even + inner_odd,
          outer_even + outer_odd};
}

double SpreadingKernel::transform(double frequency) const {
  // Simpson's rule on each polynomial. Rows 2 and 3 are one half of the kernel, and the other half
  // is its mirror image.
  constexpr int kIntervals = 16;
  double sum = 0.0;
  for (int i = 0; i <= kIntervals; ++i) {
    const double fraction = static_cast<double>(i) / kIntervals;
    const double simpson = (i == 0 || i == kIntervals) ? 1.0 : (i % 2 == 1 ? 4.0 : 2.0);
    const std::array<float, kWidth> weight = weights(static_cast<float>(fraction));
    for (int row = 2; row < 4; ++row) {
      const double x = row - 1.0 - fraction;
      sum += simpson * weight[row] * std::cos(2.0 * std::numbers::pi * frequency * x);
    }
  }
  return 2.0 * sum / (3.0 * kIntervals);
}

}  // namespace room
