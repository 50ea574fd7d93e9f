/// Scores of one direction of a mixture, with the other directions fixed.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "doa/bin_densities.h"
#include "doa/grid_ratios.h"
#include "doa/score_frames.h"

namespace doa {

/// A direction's score is the sum over bins of weight log2(rest + share ratio).
class MixtureFrames : public ScoreFrames {
 public:
  /// All bins have the same rest, 1 - share.
  /// @param bins   must outlive this object
  /// @param share  in (0, 1)
  MixtureFrames(const BinDensities& bins, double share);
  /// @param log_rest   log2 of the rest of the bins from first_bin on
  /// @param first_bin  index of the first of these bins; frames before it must not be scored
  MixtureFrames(const BinDensities& bins, double share, std::vector<float> log_rest,
                std::size_t first_bin);

  bool active(std::size_t frame) const override;
  void score(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
             const DirectionColumns& directions, float* scores) const override;
  /// The same scores; also keeps the density ratios. @param kept  written
  void score_and_keep(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
                      const DirectionColumns& directions, float* scores, GridRatios& kept) const;

 private:
  const BinDensities& bins_;
  float log_share_;
  std::vector<float> log_rest_;
  std::size_t first_bin_ = 0;
};

/// The densities of a window's bins under a mixture, by source. All logarithms are of base 2.
class MixtureDensities {
 public:
  /// @param weight  of each bin, [bins]
  explicit MixtureDensities(std::span<const float> weight);

  std::size_t sources() const { return log_ratio_.size(); }
  double outlier_share() const { return outlier_share_; }
  double share(std::size_t source) const { return share_[source]; }

  /// Adds a source with 1 / (n + 1) of all bins, where n counts the new source; the other shares
  /// shrink in proportion.
  /// @param log_ratio  of each bin, [bins]
  void add(std::vector<float> log_ratio);
  /// Removes a source; its share goes to the bins from no direction.
  void remove(std::size_t source);
  void set_ratios(std::size_t source, std::vector<float> log_ratio);

  /// Steps of expectation maximization for all shares.
  void update_shares(std::size_t steps);
  /// Log density of each bin without one source's term, [bins]. `sources()`: of the whole mixture.
  std::vector<float> log_density_without(std::size_t source) const;
  /// Mean log density of the bins, by weight.
  double mean_log_density() const;
  /// Probability that a bin belongs to a source, [bins].
  std::vector<float> posterior(std::size_t source) const;

 private:
  std::vector<float> posterior(std::size_t source, std::span<const float> log_density) const;

  std::span<const float> weight_;
  double summed_weight_ = 0.0;
  double outlier_share_ = 1.0;
  std::vector<double> share_;                  ///< [sources]
  std::vector<std::vector<float>> log_ratio_;  ///< [sources][bins]
};

}  // namespace doa
