/// Several sources in one window: kernel density of the bins' directions on a grid, its peaks, and
/// the assignment of bins to peaks.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "doa/local_maxima.h"
#include "doa/pooling.h"
#include "doa/sphere_index.h"
#include "so3/grid.h"

namespace doa {

/// Weighted kernel density of directions on a Fibonacci grid,
///   psi(r_j) = sum over bins of |r| exp(-angle(r_j, r) / alpha).
/// Only grid points within 12 alpha of a bin are visited. At the other points the bin's term is
/// below exp(-12) |r| = 6e-6 |r|, so the error of psi is below 6e-6 times the summed norms.
/// Source: C-SL paper, section 3.3 (alpha = 1 degree, 13,744 points)
class DirectionDensity {
 public:
  /// @param alpha_deg    bandwidth, degrees, in [0.1, 5]
  /// @param grid_points  at least 100
  /// @throws core::UsageError  outside these ranges
  explicit DirectionDensity(double alpha_deg = 1.0,
                            std::size_t grid_points = so3::kTwoDegreeGridPoints);

  /// Grid directions in the order of densities (not the order of fibonacci_grid).
  const std::vector<Eigen::Vector3d>& points() const { return index_.points(); }

  /// Density of a frame range's bins, [points()].
  std::vector<float> evaluate(const SessionBins& bins, const FrameRange& range) const;
  /// Density at any one direction, without truncation.
  double evaluate_at(const SessionBins& bins, const FrameRange& range,
                     const Eigen::Vector3d& direction) const;

  /// Grid points above 0 that are higher than all their neighbors (LocalMaxima), highest first.
  std::vector<std::size_t> local_maxima(std::span<const float> density) const;

 private:
  double alpha_rad_;
  SphereIndex index_;
  LocalMaxima maxima_;
};

struct SourceOptions {
  /// Largest number of sources, N_src of the paper, 1 to 254.
  std::size_t max_sources = 1;
  /// A peak nearer than this to a higher peak belongs to the same source, degrees. 0: every peak is
  /// a source, as in the paper.
  double min_separation_deg = 15.0;
  /// Bins farther than this from every peak belong to no source, degrees.
  double assign_deg = 30.0;
  /// Rule for an unknown number of sources: a peak is a source if its density is at least this
  /// share of the highest peak's density. 0 keeps max_sources peaks if there are so many, as in the
  /// paper.
  double density_share = 0.0;
  /// Moves each peak from its grid point to the mode of the bins assigned to it.
  bool refine = true;
};

/// One source of a window.
struct SourceEstimate {
  Eigen::Vector3d direction_world = Eigen::Vector3d::Zero();  ///< unit length
  Eigen::Vector3d grid_direction = Eigen::Vector3d::Zero();   ///< the peak's grid point
  double density = 0.0;                                       ///< psi at the grid point
  double confidence = 0.0;  ///< as Pooled::confidence, over the assigned bins
  double norm_share = 0.0;  ///< norms of the assigned bins over the norms of the window
  std::size_t bins = 0;     ///< number of assigned bins
};

struct WindowSources {
  std::vector<SourceEstimate> sources;  ///< highest density first; empty for a window without bins
  /// Source of each bin of the window, [end_bin - first_bin]; kNoSource: none.
  std::vector<std::uint8_t> assignment;
};
inline constexpr std::uint8_t kNoSource = 255;

/// Finds the sources of one window in three steps. Peaks are the local maxima of the density,
/// highest first, each at least min_separation_deg from the peaks before it, at most max_sources.
/// Every bin is assigned to its nearest peak. Each peak is refined on its bins.
/// @throws core::UsageError  if max_sources is 0 or above 254
WindowSources estimate_sources(const DirectionDensity& density, const SessionBins& bins,
                               const FrameRange& range, const SourceOptions& options);

/// Weighted Chamfer distance between estimated and true directions, degrees.
/// @param estimated  at least one direction
/// @param density    of each estimate, >= 0, not all zero
/// @param truth      at least one direction
/// @throws core::InputError  if a set is empty, sizes differ or no density is positive
/// Source: C-SL paper, eq. (8)
double weighted_chamfer_deg(std::span<const Eigen::Vector3d> estimated,
                            std::span<const double> density,
                            std::span<const Eigen::Vector3d> truth);

}  // namespace doa
