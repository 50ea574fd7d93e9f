#include "doa/mixture.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/units.h"
#include "doa/mixture_frames.h"
#include "so3/rotation.h"

namespace doa {
namespace {

/// Directions that compete for each further source: the highest local maxima of the first map.
constexpr std::size_t kCandidates = 32;
/// Share of the direction in the map of the whole grid.
constexpr double kMapShare = 0.5;
/// The local search ends when its step is smaller.
constexpr double kStep_deg = 0.03;
constexpr std::size_t kShareSteps = 10;
/// Rounds of shares and directions after the last source is found.
constexpr std::size_t kRounds = 3;
/// Radius of the local search in these rounds, share of the grid's spacing.
constexpr double kRoundRadius = 0.5;

/// One window's bins and the mixture that is fitted to them.
class WindowFit {
 public:
  WindowFit(const BinDensities& bins, const FrameRange& range,
            std::span<const Eigen::Matrix3d> R_pool_sensor, const DirectionSearch& search)
      : bins_(bins),
        range_(range),
        R_pool_sensor_(R_pool_sensor),
        search_(search),
        first_bin_(bins.first_bin()[range.first]),
        count_(bins.first_bin()[range.end] - first_bin_),
        densities_(bins.weight().subspan(first_bin_, count_)) {}

  std::span<const Eigen::Vector3d> directions() const { return directions_; }
  const MixtureDensities& densities() const { return densities_; }

  /// Summed log density of the window with a further source at each of the candidates.
  std::vector<double> try_candidates(std::span<const Eigen::Vector3d> candidates) const {
    const double share = 1.0 / static_cast<double>(densities_.sources() + 2);
    std::vector<float> rest = densities_.log_density_without(densities_.sources());
    for (float& value : rest) value += static_cast<float>(std::log2(1.0 - share));
    const MixtureFrames frames(bins_, share, std::move(rest), first_bin_);
    const DirectionColumns columns(candidates);
    std::vector<double> sums(candidates.size(), 0.0);
    std::vector<float> scores(columns.padded());
    for (std::size_t n = range_.first; n < range_.end; ++n) {
      if (!frames.active(n)) continue;
      frames.score(n, R_pool_sensor_[n], columns, scores.data());
      for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += scores[j];
    }
    return sums;
  }

  void add(const Eigen::Vector3d& direction, double radius_rad) {
    directions_.push_back(direction);
    densities_.add(log_ratios(direction));
    refine(directions_.size() - 1, radius_rad);
    densities_.update_shares(kShareSteps);
  }

  void remove(std::size_t source) {
    directions_.erase(directions_.begin() + static_cast<std::ptrdiff_t>(source));
    densities_.remove(source);
    densities_.update_shares(kShareSteps);
  }

  /// One round: every direction with the others fixed, then the shares.
  void improve(double radius_rad) {
    for (std::size_t k = 0; k < directions_.size(); ++k) refine(k, radius_rad);
    densities_.update_shares(kShareSteps);
  }

 private:
  void refine(std::size_t k, double radius_rad) {
    const MixtureFrames frames(bins_, densities_.share(k), densities_.log_density_without(k),
                               first_bin_);
    directions_[k] =
        search_.search_near(frames, range_, R_pool_sensor_, directions_[k], radius_rad).direction;
    densities_.set_ratios(k, log_ratios(directions_[k]));
  }

  std::vector<float> log_ratios(const Eigen::Vector3d& direction) const {
    const DirectionColumns columns(std::span(&direction, 1));
    std::vector<float> ratios;
    ratios.reserve(count_);
    for (std::size_t n = range_.first; n < range_.end; ++n) {
      const std::size_t in_frame = bins_.first_bin()[n + 1] - bins_.first_bin()[n];
      if (in_frame == 0) continue;
      bins_.log_ratios(n, R_pool_sensor_[n], columns, [&](std::size_t, const float* block) {
        for (std::size_t b = 0; b < in_frame; ++b) {
          ratios.push_back(block[b * DirectionColumns::kLanes]);
        }
      });
    }
    return ratios;
  }

  const BinDensities& bins_;
  FrameRange range_;
  std::span<const Eigen::Matrix3d> R_pool_sensor_;
  const DirectionSearch& search_;
  std::size_t first_bin_, count_;
  std::vector<Eigen::Vector3d> directions_;
  MixtureDensities densities_;
};

/// Candidate with the highest value that is far enough from all directions; candidates.size(): none.
std::size_t best_candidate(std::span<const Eigen::Vector3d> candidates,
                           std::span<const double> value,
                           std::span<const Eigen::Vector3d> directions, double separation_rad) {
  std::size_t best = candidates.size();
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const bool apart = std::ranges::none_of(directions, [&](const Eigen::Vector3d& d) {
      return so3::angle_between(d, candidates[i]) < separation_rad;
    });
    if (apart && (best == candidates.size() || value[i] > value[best])) best = i;
  }
  return best;
}

/// Sources with their gains, largest share first.
WindowMixture result_of(const WindowFit& fit) {
  WindowMixture window;
  const MixtureDensities& densities = fit.densities();
  window.outlier_share = densities.outlier_share();
  std::vector<std::size_t> order(densities.sources());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return densities.share(a) > densities.share(b);
  });
  for (const std::size_t k : order) {
    MixtureSource source;
    source.direction = fit.directions()[k];
    source.share = densities.share(k);
    MixtureDensities without = densities;
    without.remove(k);
    without.update_shares(kShareSteps);
    source.gain = densities.mean_log_density() - without.mean_log_density();
    window.sources.push_back(source);
    window.posterior.push_back(densities.posterior(k));
  }
  return window;
}

}  // namespace

MixtureSearch::MixtureSearch(std::span<const Eigen::Vector3d> grid, const MixtureOptions& options)
    : options_(options),
      points_(grid.begin(), grid.end()),
      maxima_(grid),
      search_(grid, kStep_deg),
      spacing_rad_(std::sqrt(4.0 * std::numbers::pi / static_cast<double>(grid.size()))) {}

std::vector<std::vector<WindowMixture>> MixtureSearch::search_windows(
    const BinDensities& bins, std::span<const MovingWindows> windows,
    std::span<const Eigen::Matrix3d> R_pool_sensor) const {
  std::vector<std::vector<WindowMixture>> found(windows.size());
  const MixtureFrames frames(bins, kMapShare);
  search_.visit_windows(
      frames, windows, R_pool_sensor,
      [&](std::size_t w, std::size_t i, std::span<const double> map) {
        found[w].push_back(fit(bins, windows[w].range(i), R_pool_sensor, map));
      });
  return found;
}

WindowMixture MixtureSearch::fit(const BinDensities& bins, const FrameRange& range,
                                 std::span<const Eigen::Matrix3d> R_pool_sensor,
                                 std::span<const double> map) const {
  if (bins.first_bin()[range.end] == bins.first_bin()[range.first]) return {};
  const std::vector<float> values(map.begin(), map.end());
  std::vector<Eigen::Vector3d> candidates;
  for (const std::size_t i : maxima_.find(values)) {
    candidates.push_back(points_[i]);
    if (candidates.size() == kCandidates) break;
  }
  const double separation_rad = core::degrees_to_radians(options_.min_separation_deg);
  WindowFit window(bins, range, R_pool_sensor, search_);
  double before = 0.0;
  while (window.directions().size() < options_.max_sources) {
    const std::size_t best = best_candidate(candidates, window.try_candidates(candidates),
                                            window.directions(), separation_rad);
    if (best == candidates.size()) break;
    window.add(candidates[best], spacing_rad_);
    const double after = window.densities().mean_log_density();
    if (after - before < options_.min_gain) {
      window.remove(window.directions().size() - 1);
      break;
    }
    before = after;
  }
  for (std::size_t round = 0; round < kRounds; ++round) {
    window.improve(kRoundRadius * spacing_rad_);
  }
  return result_of(window);
}

}  // namespace doa
