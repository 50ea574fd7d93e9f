#include "align/change_points.h"

#include "core/quantile.h"
#include "so3/rotation.h"

namespace align {
namespace {

constexpr std::size_t kNoiseBlocks = 10;
constexpr int kSettlingPasses = 2;
/// Median of chi-squared with three degrees of freedom.
constexpr double kMedianOfThree = 2.366;

/// Means over any range of blocks.
class Sums {
 public:
  explicit Sums(std::span<const Eigen::Vector3d> r) : before_{Eigen::Vector3d::Zero()} {
    before_.reserve(r.size() + 1);
    for (const Eigen::Vector3d& one : r) before_.push_back(before_.back() + one);
  }
  std::size_t blocks() const { return before_.size() - 1; }
  Eigen::Vector3d mean(std::size_t first, std::size_t end) const {
    return (before_[end] - before_[first]) / static_cast<double>(end - first);
  }

 private:
  std::vector<Eigen::Vector3d> before_;
};

/// Variance of a coordinate's mean over n blocks, times n.
double noise_density(const Sums& sums) {
  std::vector<double> difference;
  for (std::size_t b = 0; b + 2 * kNoiseBlocks <= sums.blocks(); b += kNoiseBlocks) {
    const Eigen::Vector3d step =
        sums.mean(b + kNoiseBlocks, b + 2 * kNoiseBlocks) - sums.mean(b, b + kNoiseBlocks);
    difference.push_back(step.squaredNorm());
  }
  if (difference.empty()) return 0.0;
  return core::median(difference) / kMedianOfThree * 0.5 * kNoiseBlocks;
}

struct Cut {
  std::size_t at = 0;
  double gain = 0.0;
};

Cut best_cut(const Sums& sums, std::size_t first, std::size_t end, std::size_t shortest) {
  Cut best;
  for (std::size_t at = first + shortest; at + shortest <= end; ++at) {
    const auto n1 = static_cast<double>(at - first);
    const auto n2 = static_cast<double>(end - at);
    const double gain =
        n1 * n2 / (n1 + n2) * (sums.mean(first, at) - sums.mean(at, end)).squaredNorm();
    if (gain > best.gain) best = {at, gain};
  }
  return best;
}

void cut(const Sums& sums, std::size_t first, std::size_t end, double least_gain,
         const ChangeOptions& options, std::vector<std::size_t>& changes) {
  const Cut best = best_cut(sums, first, end, options.shortest);
  if (best.gain <= least_gain) return;
  if (so3::angle_between(sums.mean(first, best.at), sums.mean(best.at, end)) <
      options.least_angle_rad)
    return;
  cut(sums, first, best.at, least_gain, options, changes);
  changes.push_back(best.at);
  cut(sums, best.at, end, least_gain, options, changes);
}

/// Places every cut again between its neighbors, which were not known when the cut was found.
void settle(const Sums& sums, std::size_t shortest, std::vector<std::size_t>& changes) {
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const std::size_t first = i == 0 ? 0 : changes[i - 1];
    const std::size_t end = i + 1 == changes.size() ? sums.blocks() : changes[i + 1];
    changes[i] = best_cut(sums, first, end, shortest).at;
  }
}

}  // namespace

std::vector<std::size_t> change_points(std::span<const Eigen::Vector3d> r_world,
                                       const ChangeOptions& options) {
  const Sums sums(r_world);
  std::vector<std::size_t> changes;
  cut(sums, 0, r_world.size(), options.threshold * noise_density(sums), options, changes);
  for (int pass = 0; pass < kSettlingPasses; ++pass) settle(sums, options.shortest, changes);
  return changes;
}

}  // namespace align
