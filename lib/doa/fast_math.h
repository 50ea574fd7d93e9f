/// exp of non-positive floats for kernels: plain arithmetic, so that loops over it vectorise.
#pragma once

#include <bit>
#include <cstdint>

namespace doa {

/// exp(x) for x in [-87, 0], relative error below 3e-7 (tested over the range); below -87 it gives
/// exp(-87), 1.6e-38, which no sum of weights can tell from 0. x > 0 is outside the contract.
///
/// x log2(e) = n + f with |f| <= 1/2; 2^n is put in the exponent bits and 2^f is its Taylor
/// polynomial in f ln 2 of degree 6 (the first term left out is below 1.2e-7 of 1 at |f| = 1/2).
inline float fast_exp(float x) {
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

}  // namespace doa
