/// Elementary functions of floats for kernels: plain arithmetic without branches, so that loops
/// over them vectorize. Each function states its range and error; a test measures both. The
/// functions are always inlined by attribute: compilers do not inline a plain function into a
/// CSL_KERNEL's clones.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace doa {

/// exp(x) for x in [-87, 87], relative error below 3e-7 (tested over the range). Below -87 the
/// result is exp(-87) = 1.6e-38, which does not change a sum of weights.
///
/// x log2(e) = n + f with |f| <= 1/2; 2^n is put in the exponent bits and 2^f is its Taylor
/// polynomial in f ln 2 of degree 6 (the first term left out is below 1.2e-7 of 1 at |f| = 1/2).
[[gnu::always_inline]] inline float fast_exp(float x) {
  constexpr float kLog2E = 1.44269504f;
  constexpr float kLn2High = 0.693359375f;  // few bits, so that n * kLn2High is exact
  constexpr float kLn2Low = -2.12194440e-4f;
  constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding it leaves an integer in the low bits
  x = x < -87.0f ? -87.0f : x;
  const float shifted = x * kLog2E + kRound;
  const float n = shifted - kRound;
  const float g = (x - n * kLn2High) - n * kLn2Low;
  float p = 1.0f / 720.0f;
  p = p * g + 1.0f / 120.0f;
  p = p * g + 1.0f / 24.0f;
  p = p * g + 1.0f / 6.0f;
  p = p * g + 0.5f;
  p = p * g + 1.0f;
  p = p * g + 1.0f;
  // The low bits of `shifted` hold n; moved to the exponent field they multiply by 2^n.
  const std::uint32_t scale = (std::bit_cast<std::uint32_t>(shifted) + 127u) << 23;
  return p * std::bit_cast<float>(scale);
}

/// Sine and cosine of 2 pi turns, |turns| < 2^20, absolute error below 1e-6 plus the effect of
/// rounding `turns` to a float. The angle is reduced to [-pi, pi] and halved. Taylor polynomials
/// give its sine and cosine on [-pi/2, pi/2]; the double-angle formulas give those of the whole
/// angle.
[[gnu::always_inline]] inline void sincos_turns(float turns, float& sine, float& cosine) {
  constexpr float kRound = 12582912.0f;  // 1.5 * 2^23
  constexpr float kTwoPi = 6.28318531f;
  const float folded = turns - ((turns + kRound) - kRound);  // [-1/2, 1/2]
  const float h = 0.5f * kTwoPi * folded;                    // [-pi/2, pi/2]
  const float g = h * h;
  float s = -1.0f / 39916800.0f;
  s = s * g + 1.0f / 362880.0f;
  s = s * g - 1.0f / 5040.0f;
  s = s * g + 1.0f / 120.0f;
  s = s * g - 1.0f / 6.0f;
  s = (s * g + 1.0f) * h;
  float c = 1.0f / 479001600.0f;
  c = c * g - 1.0f / 3628800.0f;
  c = c * g + 1.0f / 40320.0f;
  c = c * g - 1.0f / 720.0f;
  c = c * g + 1.0f / 24.0f;
  c = c * g - 0.5f;
  c = c * g + 1.0f;
  sine = 2.0f * s * c;
  cosine = 1.0f - 2.0f * s * s;
}

/// log2(x) for normal x > 0, absolute error below 2e-6 plus rounding of the result.
///
/// x = 2^n m with m in [sqrt(1/2), sqrt(2)); with u = (m - 1) / (m + 1), |u| <= 0.172,
/// log2(m) = 2 / ln 2 (u + u^3/3 + u^5/5 + u^7/7); the first term left out is below 2e-8.
[[gnu::always_inline]] inline float fast_log2(float x) {
  constexpr std::uint32_t kSqrtHalf = 0x3f3504f3;  // bits of sqrt(1/2)
  const std::uint32_t shifted = std::bit_cast<std::uint32_t>(x) - kSqrtHalf;
  const auto n = static_cast<std::int32_t>(shifted) >> 23;
  const float m = std::bit_cast<float>((shifted & 0x007fffffu) + kSqrtHalf);
  const float u = (m - 1.0f) / (m + 1.0f);
  const float g = u * u;
  float p = 1.0f / 7.0f;
  p = p * g + 1.0f / 5.0f;
  p = p * g + 1.0f / 3.0f;
  p = p * g + 1.0f;
  return static_cast<float>(n) + 2.88539008f * u * p;
}

/// arccos(x) for x in [0, 1], absolute error below 3e-7 rad where 1 - x is exact.
/// Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 4.4.46
[[gnu::always_inline]] inline float fast_acos(float x) {
  float p = -0.0012624911f;
  p = p * x + 0.0066700901f;
  p = p * x - 0.0170881256f;
  p = p * x + 0.0308918810f;
  p = p * x - 0.0501743046f;
  p = p * x + 0.0889789874f;
  p = p * x - 0.2145988016f;
  p = p * x + 1.5707963050f;
  return std::sqrt(1.0f - x) * p;
}

}  // namespace doa
