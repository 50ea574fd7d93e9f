/// Several sources in one window: a mixture of directions, fitted to the densities of its bins.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "doa/bin_densities.h"
#include "doa/direction_search.h"
#include "doa/local_maxima.h"
#include "doa/window.h"

namespace doa {

struct MixtureOptions {
  std::size_t max_sources = 1;       ///< largest number of directions, at least 1
  double min_separation_deg = 15.0;  ///< between any two directions when they are first chosen
  /// A direction must raise the mean log2 density of the window's bins, by weight, by at least
  /// this. 0 keeps max_sources directions if there are so many candidates.
  double min_gain = 0.0;
};

/// One direction of a mixture.
struct MixtureSource {
  Eigen::Vector3d direction = Eigen::Vector3d::Zero();  ///< unit length, in the pool frame
  double share = 0.0;  ///< of the window's bins, by weight
  /// Mean log2 density of the window's bins, by weight, minus that of the mixture without this
  /// direction.
  double gain = 0.0;
};

/// The mixture of one window. Without bins there is no source.
struct WindowMixture {
  std::vector<MixtureSource> sources;  ///< largest share first
  double outlier_share = 1.0;          ///< of bins that come from no direction; all shares sum to 1
  /// Probability that a bin belongs to a source, [sources][bins of the window].
  std::vector<std::vector<float>> posterior;
};

/// Fits mixtures to many windows.
///
/// A bin y of the window has the density, relative to p(y),
///     s_0 + s_1 r(d_1) + ... + s_K r(d_K)
/// with the ratios r of BinDensities, the shares s_k >= 0 and the share s_0 of bins that come from
/// no direction. Each source is placed by its likelihood given the others, so the bins of one
/// talker do not pull another one's direction.
/// - The first direction is the highest point of the sum over bins of w log(1/2 + r/2) on a grid.
///   Its highest local maxima are the candidates of all further directions.
/// - Each further direction is the candidate that raises the likelihood most, with equal shares.
/// - After each new direction: expectation maximization for the shares, and a local search of each
///   direction with the others fixed, in turn.
class MixtureSearch {
 public:
  /// @param grid  nearly even directions, in the order of SphereIndex::points()
  MixtureSearch(std::span<const Eigen::Vector3d> grid, const MixtureOptions& options);

  /// @param R_pool_sensor  orientation of every frame, [frames]
  /// @return               [lengths][windows]
  std::vector<std::vector<WindowMixture>> search_windows(
      const BinDensities& bins, std::span<const MovingWindows> windows,
      std::span<const Eigen::Matrix3d> R_pool_sensor) const;

 private:
  WindowMixture fit(const BinDensities& bins, const FrameRange& range,
                    std::span<const Eigen::Matrix3d> R_pool_sensor,
                    std::span<const double> map) const;

  MixtureOptions options_;
  std::vector<Eigen::Vector3d> points_;
  LocalMaxima maxima_;
  DirectionSearch search_;
  double spacing_rad_;
};

}  // namespace doa
