#include "csl/smoothing.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

namespace csl {
namespace {

constexpr int kFrequencyStep = 2;

/// Rows of the bins within reach of bin `at`, itself included.
std::vector<Eigen::Index> rows_near(std::span<const std::uint16_t> frequency, std::size_t at,
                                    int reach) {
  const int k = frequency[at];
  const auto begin = std::lower_bound(frequency.begin(), frequency.end(), std::max(0, k - reach));
  std::vector<Eigen::Index> rows;
  for (auto f = begin; f != frequency.end() && *f <= k + reach; ++f) {
    if ((*f - k) % kFrequencyStep == 0) rows.push_back(f - frequency.begin());
  }
  return rows;
}

}  // namespace

void smooth_frame(std::span<const std::uint16_t> frequency, std::size_t microphones,
                  std::size_t neighbours, std::span<std::complex<float>> stft) {
  if (neighbours == 0) return;
  Eigen::Map<Eigen::MatrixXcf> out(stft.data(), static_cast<Eigen::Index>(microphones),
                                   static_cast<Eigen::Index>(frequency.size()));
  const Eigen::MatrixXcf y = out;
  const float members = 2.0F * static_cast<float>(neighbours) + 1.0F;
  Eigen::VectorXcf v, next;
  for (std::size_t i = 0; i < frequency.size(); ++i) {
    const auto rows = rows_near(frequency, i, kFrequencyStep * static_cast<int>(neighbours));
    v = y.col(static_cast<Eigen::Index>(i));
    float lambda = 1.0F;
    for (int step = 0; step < kSmoothingSteps; ++step) {
      next.setZero(v.size());
      for (const Eigen::Index row : rows) next += y.col(row) * y.col(row).dot(v);
      lambda = next.norm() / members;
      v = next.normalized();
    }
    out.col(static_cast<Eigen::Index>(i)) = std::sqrt(lambda) * v;
  }
}

}  // namespace csl
