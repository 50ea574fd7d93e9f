#include "dsp/fractional_delay.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "core/errors.h"
#include "core/kernel.h"

namespace dsp {
namespace {

/// sum_k (low[k] + (high[k] - low[k]) blend) x[k]
CSL_KERNEL float interpolated_dot(const float* low, const float* high, float blend, const float* x,
                                  std::size_t taps) {
  float sum = 0.0F;
#pragma omp simd reduction(+ : sum)
  for (std::size_t k = 0; k < taps; ++k) sum += (low[k] + (high[k] - low[k]) * blend) * x[k];
  return sum;
}

}  // namespace

double sinc(double x) {
  const double angle = std::numbers::pi * x;
  return std::abs(angle) < 1e-9 ? 1.0 : std::sin(angle) / angle;
}

double kaiser(double x, double half_width, double beta) {
  const double ratio = x / half_width;
  if (std::abs(ratio) > 1.0) return 0.0;
  return std::cyl_bessel_i(0.0, beta * std::sqrt(1.0 - ratio * ratio)) /
         std::cyl_bessel_i(0.0, beta);
}

FractionalDelay::FractionalDelay(std::size_t taps, std::size_t phases, double beta)
    : taps_(taps), phases_(phases), table_((phases + 1) * taps) {
  if (taps < 2 || taps % 2 != 0 || phases < 1) {
    throw core::UsageError(fmt::format(
        "fractional delay: expected an even number of taps and at least one phase, found {} and {}",
        taps, phases));
  }
  const double half = static_cast<double>(taps) / 2.0;
  for (std::size_t phase = 0; phase <= phases; ++phase) {
    const double fraction = static_cast<double>(phase) / static_cast<double>(phases);
    for (std::size_t k = 0; k < taps; ++k) {
      // Tap k multiplies sample floor(position) - half + 1 + k.
      const double distance = static_cast<double>(k) - half + 1.0 - fraction;
      table_[phase * taps + k] = static_cast<float>(sinc(distance) * kaiser(distance, half, beta));
    }
  }
}

float FractionalDelay::read(std::span<const float> signal, double position) const {
  const double whole = std::floor(position);
  const double half = static_cast<double>(taps_) / 2.0;
  if (!(whole > -half - 1.0 && whole < static_cast<double>(signal.size()) + half)) return 0.0F;
  const double row = (position - whole) * static_cast<double>(phases_);
  const std::size_t phase = std::min(static_cast<std::size_t>(row), phases_ - 1);
  const float blend = static_cast<float>(row - static_cast<double>(phase));
  const float* low = table_.data() + phase * taps_;

  const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(whole - half) + 1;
  const std::ptrdiff_t end = static_cast<std::ptrdiff_t>(signal.size());
  const std::ptrdiff_t from = std::max<std::ptrdiff_t>(0, -first);
  const std::ptrdiff_t to = std::min(static_cast<std::ptrdiff_t>(taps_), end - first);
  if (from >= to) return 0.0F;
  return interpolated_dot(low + from, low + taps_ + from, blend, signal.data() + first + from,
                          static_cast<std::size_t>(to - from));
}

void FractionalDelay::accumulate(std::span<const float> signal, std::span<const double> position,
                                 std::span<const float> gain, std::span<float> output) const {
  assert(position.size() == output.size() && gain.size() == output.size());
  for (std::size_t i = 0; i < output.size(); ++i) output[i] += gain[i] * read(signal, position[i]);
}

}  // namespace dsp
