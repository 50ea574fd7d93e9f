#include "doa/pooling.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "core/kernel.h"
#include "doa/fast_exp.h"

namespace doa {
namespace {

/// Weighted sums over bins: of weight times unit direction, and of the weight itself.
struct Sums {
  double x = 0.0, y = 0.0, z = 0.0, weight = 0.0;
  Eigen::Vector3d vector() const { return {x, y, z}; }
};

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

/// The same with weights norm exp(kappa (cos - 1)) around the unit direction d.
CSL_KERNEL void kernel_block(const float* x, const float* y, const float* z, const float* norm,
                             std::size_t count, const float* d, float kappa, float* sums) {
  const float dx = d[0], dy = d[1], dz = d[2];
  float sx = 0.0f, sy = 0.0f, sz = 0.0f, sw = 0.0f;
#pragma omp simd reduction(+ : sx, sy, sz, sw)
  for (std::size_t i = 0; i < count; ++i) {
    const float cosine = x[i] * dx + y[i] * dy + z[i] * dz;
    const float exponent = kappa * (cosine - 1.0f);
    const float weight = norm[i] * fast_exp(exponent < 0.0f ? exponent : 0.0f);
    sx += weight * x[i];
    sy += weight * y[i];
    sz += weight * z[i];
    sw += weight;
  }
  sums[0] = sx, sums[1] = sy, sums[2] = sz, sums[3] = sw;
}

template <typename Block>
Sums sum_blocks(std::size_t first, std::size_t last, Block block) {
  Sums total;
  for (std::size_t begin = first; begin < last; begin += kBlock) {
    float sums[4];
    block(begin, std::min(kBlock, last - begin), sums);
    total.x += sums[0];
    total.y += sums[1];
    total.z += sums[2];
    total.weight += sums[3];
  }
  return total;
}

Sums plain_sums(const SessionBins& bins, std::size_t first, std::size_t last) {
  return sum_blocks(first, last, [&](std::size_t begin, std::size_t count, float* sums) {
    plain_block(bins.x() + begin, bins.y() + begin, bins.z() + begin, bins.norm() + begin, count,
                sums);
  });
}

Sums kernel_sums(const SessionBins& bins, std::size_t first, std::size_t last,
                 const Eigen::Vector3d& direction, double kappa) {
  const Eigen::Vector3f d = direction.cast<float>();
  return sum_blocks(first, last, [&](std::size_t begin, std::size_t count, float* sums) {
    kernel_block(bins.x() + begin, bins.y() + begin, bins.z() + begin, bins.norm() + begin, count,
                 d.data(), static_cast<float>(kappa), sums);
  });
}

void measure_confidence(const SessionBins& bins, const FrameRange& range, Pooled& pooled) {
  if (pooled.empty()) return;
  pooled.confidence = kernel_sums(bins, bins.first_bin(range), bins.last_bin(range),
                                  pooled.direction_world, kConfidenceKappa)
                          .weight;
  pooled.support = std::min(1.0, pooled.confidence / pooled.summed_norm);
}

/// Centroid and the measures that need one pass only.
Pooled centroid(const SessionBins& bins, const FrameRange& range) {
  Pooled pooled;
  const std::size_t first = bins.first_bin(range);
  const std::size_t last = bins.last_bin(range);
  const Sums sums = plain_sums(bins, first, last);
  const double length = sums.vector().norm();
  pooled.bins = static_cast<std::size_t>(std::count_if(bins.norm() + first, bins.norm() + last,
                                                       [](float norm) { return norm > 0.0f; }));
  if (length == 0.0) return pooled;
  pooled.direction_world = sums.vector() / length;
  pooled.summed_norm = sums.weight;
  pooled.concentration = std::min(1.0, length / sums.weight);
  return pooled;
}

}  // namespace

SessionBins::SessionBins(std::span<const float> r_world, std::span<const std::uint32_t> frame,
                         std::size_t frames) {
  const std::size_t bins = frame.size();
  if (r_world.size() != 3 * bins) {
    throw core::InputError(fmt::format("bins: expected 3 numbers for each of {} bins, found {}",
                                       bins, r_world.size()));
  }
  for (std::vector<float>* column : {&x_, &y_, &z_, &norm_}) column->resize(bins);
  first_bin_.assign(frames + 1, bins);
  std::size_t next_frame = 0;
  for (std::size_t i = 0; i < bins; ++i) {
    if (frame[i] >= frames || (i > 0 && frame[i] < frame[i - 1])) {
      throw core::InputError(
          fmt::format("bins: expected frames in rising order below {}, found {} at bin {}", frames,
                      frame[i], i));
    }
    while (next_frame <= frame[i]) first_bin_[next_frame++] = i;
    const Eigen::Vector3d r = Eigen::Map<const Eigen::Vector3f>(&r_world[3 * i]).cast<double>();
    const double norm = r.norm();
    if (!(norm <= 1e30)) {
      throw core::InputError(fmt::format(
          "bins: expected finite directions, found {} {} {} at bin {}", r.x(), r.y(), r.z(), i));
    }
    const double inverse = norm > 0.0 ? 1.0 / norm : 0.0;
    x_[i] = static_cast<float>(r.x() * inverse);
    y_[i] = static_cast<float>(r.y() * inverse);
    z_[i] = static_cast<float>(r.z() * inverse);
    norm_[i] = static_cast<float>(norm);
  }
}

Pooled pool_centroid(const SessionBins& bins, const FrameRange& range) {
  Pooled pooled = centroid(bins, range);
  measure_confidence(bins, range, pooled);
  return pooled;
}

Pooled pool_robust(const SessionBins& bins, const FrameRange& range,
                   std::span<const double> kappas) {
  Pooled pooled = centroid(bins, range);
  if (pooled.empty()) return pooled;
  const std::size_t first = bins.first_bin(range);
  const std::size_t last = bins.last_bin(range);
  for (const double kappa : kappas) {
    const Eigen::Vector3d sum =
        kernel_sums(bins, first, last, pooled.direction_world, kappa).vector();
    // The sum can only vanish when every weight underflows: the direction then stays where it is.
    if (sum.norm() > 0.0) pooled.direction_world = sum.normalized();
  }
  measure_confidence(bins, range, pooled);
  return pooled;
}

std::vector<WindowEstimate> estimate_windows(const SessionBins& bins,
                                             std::span<const Eigen::Quaterniond> q_world_sensor,
                                             const MovingWindows& windows, Pooling pooling) {
  if (q_world_sensor.size() != bins.frames() || windows.frames() != bins.frames()) {
    throw core::InputError(
        fmt::format("windows: expected {} frames as the bins have, found {} orientations and "
                    "windows over {} frames",
                    bins.frames(), q_world_sensor.size(), windows.frames()));
  }
  std::vector<WindowEstimate> estimates(windows.size());
  for (std::size_t i = 0; i < windows.size(); ++i) {
    WindowEstimate& estimate = estimates[i];
    const FrameRange range = windows.range(i);
    estimate.center_frame = windows.center_frame(i);
    estimate.pooled =
        pooling == Pooling::kRobust ? pool_robust(bins, range) : pool_centroid(bins, range);
    estimate.direction_sensor =
        q_world_sensor[estimate.center_frame].conjugate() * estimate.pooled.direction_world;
  }
  return estimates;
}

}  // namespace doa
