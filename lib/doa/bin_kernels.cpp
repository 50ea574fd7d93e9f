#include "doa/bin_kernels.h"

#include <algorithm>

#include "core/kernel.h"
#include "doa/fast_math.h"

namespace doa {
namespace {

/// Bins summed in float before they join the double totals: short enough that rounding stays below
/// 1e-6.
constexpr std::size_t kBlock = 1024;

CSL_KERNEL void plain_block(const float* x, const float* y, const float* z, const float* norm,
                            std::size_t count, float* sums) {
  float sx = 0.0f, sy = 0.0f, sz = 0.0f, sw = 0.0f;
#pragma omp simd reduction(+ : sx, sy, sz, sw)
  for (std::size_t i = 0; i < count; ++i) {
    sx += norm[i] * x[i];
    sy += norm[i] * y[i];
    sz += norm[i] * z[i];
    sw += norm[i];
  }
  sums[0] = sx, sums[1] = sy, sums[2] = sz, sums[3] = sw;
}

CSL_KERNEL void near_block(const float* x, const float* y, const float* z, const float* norm,
                           std::size_t count, const float* d, float kappa, float* sums) {
  const float dx = d[0], dy = d[1], dz = d[2];
  float sx = 0.0f, sy = 0.0f, sz = 0.0f, sw = 0.0f;
#pragma omp simd reduction(+ : sx, sy, sz, sw)
  for (std::size_t i = 0; i < count; ++i) {
    const float cosine = x[i] * dx + y[i] * dy + z[i] * dz;
    const float weight = norm[i] * fast_exp(kappa * (cosine - 1.0f));
    sx += weight * x[i];
    sy += weight * y[i];
    sz += weight * z[i];
    sw += weight;
  }
  sums[0] = sx, sums[1] = sy, sums[2] = sz, sums[3] = sw;
}

template <typename Block>
WeightedSum sum_blocks(const BinColumns& bins, Block block) {
  WeightedSum total;
  for (std::size_t begin = 0; begin < bins.count; begin += kBlock) {
    float sums[4];
    block(BinColumns{bins.x + begin, bins.y + begin, bins.z + begin, bins.norm + begin,
                     std::min(kBlock, bins.count - begin)},
          sums);
    total.vector += Eigen::Vector3d(sums[0], sums[1], sums[2]);
    total.weight += sums[3];
  }
  return total;
}

}  // namespace

WeightedSum sum_bins(const BinColumns& bins) {
  return sum_blocks(bins, [](const BinColumns& b, float* sums) {
    plain_block(b.x, b.y, b.z, b.norm, b.count, sums);
  });
}

WeightedSum sum_bins_near(const BinColumns& bins, const Eigen::Vector3d& direction, double kappa) {
  const Eigen::Vector3f d = direction.cast<float>();
  return sum_blocks(bins, [&](const BinColumns& b, float* sums) {
    near_block(b.x, b.y, b.z, b.norm, b.count, d.data(), static_cast<float>(kappa), sums);
  });
}

Eigen::Vector3d seek_mode(const BinColumns& bins, Eigen::Vector3d direction,
                          std::span<const double> kappas) {
  for (const double kappa : kappas) {
    const Eigen::Vector3d sum = sum_bins_near(bins, direction, kappa).vector;
    if (sum.norm() > 0.0) direction = sum.normalized();
  }
  return direction;
}

}  // namespace doa
