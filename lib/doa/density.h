/// Several sources in one window: kernel density of the bins' directions on a grid, its peaks, and
/// which bin belongs to which.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "doa/pooling.h"
#include "doa/sphere_index.h"
#include "so3/grid.h"

namespace doa {

/// Weighted kernel density of directions on a Fibonacci grid,
///   psi(r_j) = sum over bins of |r| exp(-angle(r_j, r) / alpha).
/// Only grid points within 12 alpha of a bin are visited; each leaves out less than exp(-12) |r| =
/// 6e-6 |r| a bin, which bounds the error of psi by 6e-6 times the summed norms. Source: paper.txt,
/// section 3.3 (alpha = 1 degree, 13,744 points)
class DirectionDensity {
 public:
  /// @param alpha_deg    bandwidth, degrees, in [0.1, 5]
  /// @param grid_points  at least 100
  /// @throws core::UsageError  outside these ranges
  explicit DirectionDensity(double alpha_deg = 1.0,
                            std::size_t grid_points = so3::kTwoDegreeGridPoints);

  double alpha_rad() const { return alpha_rad_; }
  /// Grid directions in the order of densities (not the order of fibonacci_grid).
  const std::vector<Eigen::Vector3d>& points() const { return index_.points(); }

  /// Density of a frame range's bins, [points()].
  std::vector<float> evaluate(const SessionBins& bins, const FrameRange& range) const;
  /// Density at any one direction, of the same bins, without truncation.
  double evaluate_at(const SessionBins& bins, const FrameRange& range,
                     const Eigen::Vector3d& direction) const;

  /// Grid points higher than all their neighbors (those within 1.5 grid spacings), highest first.
  std::vector<std::size_t> local_maxima(std::span<const float> density) const;

 private:
  double alpha_rad_;
  SphereIndex index_;
  std::vector<std::uint32_t> neighbor_;      ///< neighbors of each point, one after the other
  std::vector<std::size_t> first_neighbor_;  ///< [points + 1]
};

struct SourceOptions {
  /// At most so many sources; the paper's N_src.
  std::size_t max_sources = 1;
  /// Peaks nearer than this to a higher one belong to the same source; 0: none do (as the paper).
  double min_separation_deg = 15.0;
  /// Bins farther than this from every peak belong to none.
  double assign_deg = 30.0;
  /// Rule for an unknown number: a peak is a source if its density is at least this share of the
  /// highest one's. 0 keeps max_sources peaks wherever the density has them, as the paper does.
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
  double norm_share = 0.0;  ///< norms assigned to it, as a share of the window's
  std::size_t bins = 0;     ///< bins assigned to it
};

struct WindowSources {
  std::vector<SourceEstimate> sources;  ///< highest density first; empty for a window without bins
  /// Source of each bin of the window, [last_bin - first_bin]; kNoSource for none.
  std::vector<std::uint8_t> assignment;
};
inline constexpr std::uint8_t kNoSource = 255;

/// Sources of one window: local maxima of the density, highest first, each at least
/// min_separation_deg from those before, at most max_sources; then every bin to its nearest peak,
/// and each peak refined on its bins.
/// @throws core::UsageError  if max_sources is 0 or above 254
WindowSources estimate_sources(const DirectionDensity& density, const SessionBins& bins,
                               const FrameRange& range, const SourceOptions& options);

/// Weighted Chamfer distance between estimated and true directions, degrees.
/// @param estimated  at least one; @param density  of each estimate, >= 0, not all zero
/// @param truth      at least one
/// @throws core::InputError  if a set is empty, sizes differ or no density is positive
/// Source: paper.txt, eq. (8)
double weighted_chamfer_deg(std::span<const Eigen::Vector3d> estimated,
                            std::span<const double> density,
                            std::span<const Eigen::Vector3d> truth);

}  // namespace doa
