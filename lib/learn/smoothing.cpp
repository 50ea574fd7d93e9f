#include "learn/smoothing.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

namespace learn {
namespace {

constexpr int kFrequencyStep = 2;

/// Rows of the bins within reach of bin `at`, including bin `at`.
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

using Frame = Eigen::Map<const Eigen::MatrixXcf>;  // [microphones, bins]

/// sqrt(lambda) v of the bins in `rows`, by ascent from bin `at`.
void smooth_bin(const Frame& y, std::size_t at, std::span<const Eigen::Index> rows, float members,
                Eigen::VectorXcf& v, Eigen::VectorXcf& next) {
  v = y.col(static_cast<Eigen::Index>(at));
  float lambda = 1.0F;
  for (int step = 0; step < kSmoothingSteps; ++step) {
    next.setZero(v.size());
    for (const Eigen::Index row : rows) {
      const std::complex<float> inner = y.col(row).dot(v);
      next += y.col(row) * (std::norm(inner) * inner);
    }
    lambda = next.norm() / members;
    v = next.normalized();
  }
  v *= std::sqrt(lambda);
}

}  // namespace

std::vector<std::size_t> loudest_of_groups(std::span<const std::uint16_t> frequency,
                                           std::span<const float> energy, std::size_t group) {
  std::vector<std::size_t> loudest;
  for (std::size_t i = 0; i < frequency.size(); ++i) {
    const bool same_group =
        !loudest.empty() && frequency[loudest.back()] / group == frequency[i] / group;
    if (!same_group) {
      loudest.push_back(i);
    } else if (energy[i] > energy[loudest.back()]) {
      loudest.back() = i;
    }
  }
  return loudest;
}

void append_smoothed(std::span<const std::uint16_t> frequency,
                     std::span<const std::complex<float>> frame, std::size_t neighbors,
                     std::span<const std::size_t> wanted, std::vector<std::complex<float>>& stft) {
  if (frequency.empty()) return;
  const auto bins = static_cast<Eigen::Index>(frequency.size());
  const Frame y(frame.data(), static_cast<Eigen::Index>(frame.size()) / bins, bins);
  const int reach = kFrequencyStep * static_cast<int>(neighbors);
  const float members = 2.0F * static_cast<float>(neighbors) + 1.0F;
  Eigen::VectorXcf v, next;
  for (const std::size_t i : wanted) {
    if (neighbors == 0) {
      v = y.col(static_cast<Eigen::Index>(i));
    } else {
      smooth_bin(y, i, rows_near(frequency, i, reach), members, v, next);
    }
    stft.insert(stft.end(), v.begin(), v.end());
  }
}

}  // namespace learn
