/// Several sources in one window: a mixture of directions, fitted to the densities of its bins.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "doa/bin_densities.h"
#include "doa/direction_search.h"
#include "doa/grid_ratios.h"
#include "doa/local_maxima.h"
#include "doa/window.h"

namespace doa {

struct MixtureOptions {
  std::size_t max_sources = 1;  ///< largest number of directions, at least 1
  /// Smallest angle between two directions when they are first chosen. Of two directions that end
  /// nearer than half of it, the one with the smaller share is removed.
  double min_separation_deg = 15.0;
  /// Rule for an unknown number of sources: a direction whose gain is smaller is not a source.
  /// 0: max_sources directions are kept, or fewer if there are fewer candidates.
  double min_gain = 0.0;
};

/// One direction of a mixture.
struct MixtureSource {
  Eigen::Vector3d direction = Eigen::Vector3d::Zero();  ///< unit length, in the pool frame
  double share = 0.0;                                   ///< of the window's bins, by weight
  /// Evidence for the source, bits a bin: mean log2 density of the window's bins, by weight, minus
  /// that of the mixture without this direction, with its shares fitted again.
  double gain = 0.0;
};

/// The mixture of one window. Without bins there is no source.
struct WindowMixture {
  std::vector<MixtureSource> sources;  ///< largest share first
  double outlier_share = 1.0;          ///< of bins that come from no direction; all shares sum to 1
  /// Probability that a bin belongs to a source, [sources][bins of the window].
  std::vector<std::vector<float>> posterior;
};

/// Windows of at most so many frames choose among candidates by ratios that are kept of each frame:
/// neighboring windows share most frames. For longer ones that takes too much memory.
inline constexpr std::size_t kKeptFrames = 32;

/// Fits mixtures to many windows.
///
/// A bin y of the window has the density, relative to p(y),
///     s_0 + s_1 r(d_1) + ... + s_K r(d_K)
/// with the ratios r of BinDensities, the shares s_k >= 0 and the share s_0 of bins that come from
/// no direction. Each source is placed by its likelihood given the others, so the bins of one
/// talker do not pull another one's direction.
/// - Candidates are the highest local maxima of a map of the whole grid (MixtureFrames with one
///   direction), and the points of the grid near the directions that are found already: the peak of
///   one source hides those of its neighbors.
/// - Each new direction is the candidate with the highest likelihood. A local search moves it, with
///   the other directions fixed; expectation maximization fits the shares.
/// - A direction that adds too small a gain is the last one that is tried.
/// - Then several rounds over all directions and shares. While there is a direction with too small
///   a gain, the one with the smallest gain is removed and the rest is fitted again.
class MixtureSearch {
 public:
  /// @param grid  nearly even directions, in the order of SphereIndex::points()
  MixtureSearch(std::span<const Eigen::Vector3d> grid, const MixtureOptions& options);

  /// @param length, window  index of the length, and of its window
  using VisitMixture =
      std::function<void(std::size_t length, std::size_t window, const WindowMixture& mixture)>;

  /// Calls `visit` for many windows of several lengths, those of each length in order. A mixture
  /// has probabilities of all bins of its window, so keeping many of them takes much memory.
  /// @param R_pool_sensor  orientation of every frame, [frames]
  void visit_windows(const BinDensities& bins, std::span<const MovingWindows> windows,
                     std::span<const Eigen::Matrix3d> R_pool_sensor,
                     const VisitMixture& visit) const;

  /// @param map  written; its scores, [grid().padded()], are 0 without bins
  void frame_map(const BinDensities& bins, std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
                 FrameMap& map) const;
  const DirectionColumns& grid() const { return search_.grid(); }

  /// The mixture of one window.
  /// @param map   sum of its frames' scores, at least [grid points]
  /// @param kept  ratios of its frames; empty: they are computed again, as they always are for
  ///              windows of more than kKeptFrames frames
  WindowMixture fit(const BinDensities& bins, const FrameRange& range,
                    std::span<const Eigen::Matrix3d> R_pool_sensor, std::span<const double> map,
                    std::span<const GridRatios* const> kept) const;

 private:
  MixtureOptions options_;
  std::vector<Eigen::Vector3d> points_;
  LocalMaxima maxima_;
  DirectionSearch search_;
  double spacing_rad_;
};

}  // namespace doa
