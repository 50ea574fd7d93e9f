#include "doa/mixture.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/units.h"
#include "doa/mixture_frames.h"
#include "doa/smooth_peak.h"
#include "so3/rotation.h"

namespace doa {
namespace {

/// Directions that compete for each further source: the highest local maxima of the first map, and
/// the grid's points near a source, whose peak hides the peaks of neighbors.
constexpr std::size_t kHighestMaxima = 32;
constexpr double kNear_deg = 60.0;
/// Share of the direction in the map of the whole grid.
constexpr double kMapShare = 0.3;

/// Candidates are tried on about so many bins of a window, those of every n-th frame; neighboring
/// frames overlap. n is at most kLargestStep, so that no syllable is left out.
constexpr std::size_t kTriedBins = 8000;
constexpr std::size_t kLargestStep = 5;
/// The local search ends with a disk smaller than this, 0.35 degrees.
constexpr double kLastRadius_rad = 0.35 * std::numbers::pi / 180.0;
constexpr std::size_t kShareSteps = 10;
/// Rounds of shares and directions after the last source is found: at most so many, and none after
/// one that moved no direction by more than this, 0.05 degrees.
constexpr std::size_t kRounds = 3;
constexpr double kSettled_rad = 0.05 * std::numbers::pi / 180.0;
/// Radius of the local search in these rounds, share of the grid's spacing.
constexpr double kRoundRadius = 0.6;

/// One window's bins and the mixture that is fitted to them.
class WindowFit {
 public:
  WindowFit(const BinDensities& bins, const FrameRange& range,
            std::span<const Eigen::Matrix3d> R_pool_sensor)
      : bins_(bins),
        range_(range),
        R_pool_sensor_(R_pool_sensor),
        first_bin_(bins.first_bin()[range.first]),
        count_(bins.first_bin()[range.end] - first_bin_),
        densities_(bins.weight().subspan(first_bin_, count_)) {}

  std::span<const Eigen::Vector3d> directions() const { return directions_; }
  const MixtureDensities& densities() const { return densities_; }

  /// The candidate with which the window's bins are likeliest, as a further source.
  /// @param candidates  indices of the grid's points, rising, at least one
  /// @param kept        as MixtureSearch::fit()
  std::size_t best_candidate(std::span<const Eigen::Vector3d> points,
                             std::span<const std::size_t> candidates,
                             std::span<const GridRatios* const> kept) const {
    const double share = 1.0 / static_cast<double>(densities_.sources() + 2);
    std::vector<float> rest = densities_.log_density_without(densities_.sources());
    for (float& value : rest) value += static_cast<float>(std::log2(1.0 - share));
    const std::vector<double> score = kept.empty() ? try_candidates(points, candidates, share, rest)
                                                   : try_kept(candidates, kept, share, rest);
    return candidates[highest_index(score)];
  }

  void add(const Eigen::Vector3d& direction, double radius_rad) {
    directions_.push_back(direction);
    densities_.add({});  // refine() computes the ratios, where the direction ends
    refine(directions_.size() - 1, radius_rad);
    densities_.update_shares(kShareSteps);
  }

  void remove(std::size_t source) {
    directions_.erase(directions_.begin() + static_cast<std::ptrdiff_t>(source));
    densities_.remove(source);
    densities_.update_shares(kShareSteps);
  }

  /// The smaller of two sources that are nearer to each other than this; directions().size(): none.
  std::size_t duplicate(double angle_rad) const {
    for (std::size_t k = 0; k < directions_.size(); ++k) {
      for (std::size_t i = 0; i < k; ++i) {
        if (so3::angle_between(directions_[i], directions_[k]) >= angle_rad) continue;
        return densities_.share(i) < densities_.share(k) ? i : k;
      }
    }
    return directions_.size();
  }

  /// One round: every direction with the others fixed, then the shares.
  /// @return  the largest angle by which a direction moved, rad
  double improve(double radius_rad) {
    double moved_rad = 0.0;
    for (std::size_t k = 0; k < directions_.size(); ++k) {
      moved_rad = std::max(moved_rad, refine(k, radius_rad));
    }
    densities_.update_shares(kShareSteps);
    return moved_rad;
  }

 private:
  /// Log density of bins of the window, summed, with each of the candidates.
  std::vector<double> try_candidates(std::span<const Eigen::Vector3d> points,
                                     std::span<const std::size_t> candidates, double share,
                                     const std::vector<float>& log_rest) const {
    std::vector<Eigen::Vector3d> directions;
    for (const std::size_t i : candidates) directions.push_back(points[i]);
    const MixtureFrames frames(bins_, share, log_rest, first_bin_);
    return window_scores(frames, range_, R_pool_sensor_, DirectionColumns(directions),
                         std::min(kLargestStep, 1 + count_ / kTriedBins));
  }

  /// The same of all bins, by ratios that are kept.
  std::vector<double> try_kept(std::span<const std::size_t> candidates,
                               std::span<const GridRatios* const> kept, double share,
                               std::vector<float> rest) const {
    for (float& value : rest) {
      value = std::exp2(std::clamp(value, -kMostRatioBits, kMostRatioBits));
    }
    std::vector<std::size_t> blocks;
    for (const std::size_t i : candidates) {
      const std::size_t block = i / DirectionColumns::kLanes;
      if (blocks.empty() || blocks.back() != block) blocks.push_back(block);
    }
    std::vector<double> scores(blocks.size() * DirectionColumns::kLanes, 0.0);
    for (std::size_t n = range_.first; n < range_.end; ++n) {
      const std::size_t first = bins_.first_bin()[n];
      const std::size_t in_frame = bins_.first_bin()[n + 1] - first;
      if (in_frame == 0) continue;
      kept[n - range_.first]->add_scores(blocks, bins_.weight().subspan(first, in_frame),
                                         std::span(rest).subspan(first - first_bin_, in_frame),
                                         static_cast<float>(share), scores.data());
    }
    std::vector<double> of_candidates;
    std::size_t b = 0;
    for (const std::size_t i : candidates) {
      while (blocks[b] != i / DirectionColumns::kLanes) ++b;
      of_candidates.push_back(scores[b * DirectionColumns::kLanes + i % DirectionColumns::kLanes]);
    }
    return of_candidates;
  }

  double refine(std::size_t k, double radius_rad) {
    const MixtureFrames frames(bins_, densities_.share(k), densities_.log_density_without(k),
                               first_bin_);
    const Eigen::Vector3d before = directions_[k];
    directions_[k] =
        smooth_peak(frames, range_, R_pool_sensor_, before, radius_rad, kLastRadius_rad);
    densities_.set_ratios(k, log_ratios(directions_[k]));
    return so3::angle_between(before, directions_[k]);
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
  std::size_t first_bin_, count_;
  std::vector<Eigen::Vector3d> directions_;
  MixtureDensities densities_;
};

/// Candidates for a further source, all at least `separation_rad` from every direction: indices of
/// points, rising.
std::vector<std::size_t> candidates_for(std::span<const Eigen::Vector3d> points,
                                        std::span<const std::size_t> maxima,
                                        std::span<const Eigen::Vector3d> directions,
                                        double separation_rad) {
  const double near_rad = core::degrees_to_radians(kNear_deg);
  std::vector<bool> chosen(points.size(), false);
  for (const std::size_t i : maxima) chosen[i] = true;
  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i < points.size(); ++i) {
    double nearest_rad = std::numbers::pi;
    for (const Eigen::Vector3d& d : directions) {
      nearest_rad = std::min(nearest_rad, so3::angle_between(d, points[i]));
    }
    if ((chosen[i] || nearest_rad < near_rad) && nearest_rad >= separation_rad) {
      candidates.push_back(i);
    }
  }
  return candidates;
}

std::vector<double> gains_of(const MixtureDensities& densities) {
  const double all = densities.mean_log_density();
  std::vector<double> gain;
  for (std::size_t k = 0; k < densities.sources(); ++k) {
    MixtureDensities without = densities;
    without.remove(k);
    without.update_shares(kShareSteps);
    gain.push_back(all - without.mean_log_density());
  }
  return gain;
}

/// Frames whose scores make the windows' maps. They keep the ratios of the last frames that were
/// scored, for the windows that end there.
class MapFrames : public ScoreFrames {
 public:
  MapFrames(const BinDensities& bins, std::span<const MovingWindows> windows)
      : frames_(bins, kMapShare) {
    std::size_t longest = 0;
    for (const MovingWindows& w : windows) {
      const std::size_t count = w.size() > 0 ? w.range(0).count() : 0;
      if (count <= kKeptFrames) longest = std::max(longest, count);
    }
    ring_.resize(longest);
  }

  bool active(std::size_t frame) const override { return frames_.active(frame); }
  void score(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
             const DirectionColumns& directions, float* scores) const override {
    if (ring_.empty()) return frames_.score(frame, R_pool_sensor, directions, scores);
    frames_.score_and_keep(frame, R_pool_sensor, directions, scores, ring_[frame % ring_.size()]);
  }

  /// Ratios of a window that ends with the last frame; empty: it is too long.
  std::vector<const GridRatios*> kept(const FrameRange& range) const {
    std::vector<const GridRatios*> ratios;
    if (range.count() > ring_.size()) return ratios;
    for (std::size_t n = range.first; n < range.end; ++n) {
      ratios.push_back(&ring_[n % ring_.size()]);
    }
    return ratios;
  }

 private:
  MixtureFrames frames_;
  mutable std::vector<GridRatios> ring_;  ///< by frame modulo its size
};

/// The fitted sources, largest share first.
WindowMixture result_of(const WindowFit& fit, std::span<const double> gain) {
  const MixtureDensities& densities = fit.densities();
  std::vector<std::size_t> order(densities.sources());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(
      order, [&](std::size_t a, std::size_t b) { return densities.share(a) > densities.share(b); });
  WindowMixture window;
  window.outlier_share = densities.outlier_share();
  for (const std::size_t k : order) {
    window.sources.push_back({fit.directions()[k], densities.share(k), gain[k]});
    window.posterior.push_back(densities.posterior(k));
  }
  return window;
}

}  // namespace

MixtureSearch::MixtureSearch(std::span<const Eigen::Vector3d> grid, const MixtureOptions& options)
    : options_(options),
      points_(grid.begin(), grid.end()),
      maxima_(grid),
      search_(grid, 0.0),
      spacing_rad_(std::sqrt(4.0 * std::numbers::pi / static_cast<double>(grid.size()))) {}

void MixtureSearch::visit_windows(const BinDensities& bins, std::span<const MovingWindows> windows,
                                  std::span<const Eigen::Matrix3d> R_pool_sensor,
                                  const VisitMixture& visit) const {
  const MapFrames frames(bins, windows);
  search_.visit_windows(frames, windows, R_pool_sensor,
                        [&](std::size_t w, std::size_t i, std::span<const double> map) {
                          const FrameRange range = windows[w].range(i);
                          visit(w, i, fit(bins, range, R_pool_sensor, map, frames.kept(range)));
                        });
}

void MixtureSearch::frame_map(const BinDensities& bins, std::size_t frame,
                              const Eigen::Matrix3d& R_pool_sensor, FrameMap& map) const {
  const MixtureFrames frames(bins, kMapShare);
  map.scores.assign(grid().padded(), 0.0F);
  map.ratios.clear();
  if (!frames.active(frame)) return;
  frames.score_and_keep(frame, R_pool_sensor, grid(), map.scores.data(), map.ratios);
}

WindowMixture MixtureSearch::fit(const BinDensities& bins, const FrameRange& range,
                                 std::span<const Eigen::Matrix3d> R_pool_sensor,
                                 std::span<const double> map,
                                 std::span<const GridRatios* const> kept) const {
  if (bins.first_bin()[range.end] == bins.first_bin()[range.first]) return {};
  const std::vector<float> values(map.begin(),
                                  map.begin() + static_cast<std::ptrdiff_t>(points_.size()));
  const std::vector<std::size_t> maxima = maxima_.find(values);
  const std::span highest(maxima.data(), std::min(kHighestMaxima, maxima.size()));
  const double separation_rad = core::degrees_to_radians(options_.min_separation_deg);
  WindowFit window(bins, range, R_pool_sensor);
  while (window.directions().size() < options_.max_sources) {
    const std::vector<std::size_t> candidates =
        candidates_for(points_, highest, window.directions(), separation_rad);
    if (candidates.empty()) break;
    window.add(points_[window.best_candidate(points_, candidates, kept)], spacing_rad_);
    // A further source would have less evidence still.
    const bool enough = options_.min_gain > 0.0;
    if (enough && gains_of(window.densities()).back() < options_.min_gain) {
      window.remove(window.directions().size() - 1);
      break;
    }
  }
  const double radius_rad = kRoundRadius * spacing_rad_;
  for (std::size_t round = 0; round < kRounds; ++round) {
    if (window.improve(radius_rad) < kSettled_rad) break;
  }
  for (std::size_t k = window.duplicate(0.5 * separation_rad); k < window.directions().size();
       k = window.duplicate(0.5 * separation_rad)) {
    window.remove(k);
    window.improve(radius_rad);
  }
  std::vector<double> gain = gains_of(window.densities());
  while (!gain.empty()) {
    const auto smallest = std::ranges::min_element(gain);
    if (*smallest >= options_.min_gain || options_.min_gain == 0.0) break;
    window.remove(static_cast<std::size_t>(smallest - gain.begin()));
    window.improve(radius_rad);
    gain = gains_of(window.densities());
  }
  return result_of(window, gain);
}

}  // namespace doa
