#include "doa/grid_ratios.h"

#include <bit>

#include "core/kernel.h"
#include "doa/fast_math.h"
#include "doa/score_frames.h"

namespace doa {
namespace {

constexpr std::size_t kLanes = DirectionColumns::kLanes;
constexpr float kLn2 = 0.693147181F;

/// 2^bits, limited to kMostRatioBits.
[[gnu::always_inline]] inline float power_of_two(float bits) {
  const float low = bits < -kMostRatioBits ? -kMostRatioBits : bits;
  return fast_exp((low > kMostRatioBits ? kMostRatioBits : low) * kLn2);
}

CSL_KERNEL void round_block(std::size_t count, const float* log_ratio, std::uint16_t* value) {
#pragma omp simd
  for (std::size_t i = 0; i < count; ++i) {
    const auto bits = std::bit_cast<std::uint32_t>(power_of_two(log_ratio[i]));
    value[i] = static_cast<std::uint16_t>((bits + 0x8000U) >> 16U);
  }
}

/// Scores of sixteen directions. ratio: [bins, sixteen].
CSL_KERNEL void score_kept(std::size_t bins, const float* weight, const float* rest, float share,
                           const std::uint16_t* ratio, double* scores) {
  float sum[kLanes] = {};
  for (std::size_t b = 0; b < bins; ++b) {
    const float w = weight[b], others = rest[b];
    const std::uint16_t* row = ratio + b * kLanes;
#pragma omp simd
    for (std::size_t l = 0; l < kLanes; ++l) {
      const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(row[l]) << 16U);
      sum[l] += w * fast_log2(others + share * value);
    }
  }
  for (std::size_t l = 0; l < kLanes; ++l) scores[l] += static_cast<double>(sum[l]);
}

}  // namespace

void GridRatios::append(std::size_t bins, const float* log_ratio) {
  const std::size_t count = bins * kLanes;
  value_.resize(value_.size() + count);
  round_block(count, log_ratio, &value_[value_.size() - count]);
}

void GridRatios::add_scores(std::span<const std::size_t> blocks, std::span<const float> weight,
                            std::span<const float> rest, float share, double* scores) const {
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    score_kept(weight.size(), weight.data(), rest.data(), share,
               &value_[blocks[i] * weight.size() * kLanes], scores + i * kLanes);
  }
}

}  // namespace doa
