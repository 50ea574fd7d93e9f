/// Losses of one interval and their gradients. r is always [bins, 3] row-major in the world frame,
/// of any norm (the norm is the confidence); the first `split` bins are sub-interval 1, the rest
/// sub-interval 2.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

namespace learn {

enum class LossKind {
  kSubContrastive,  ///< C-SL paper, eq. (6); the default
  kContrastive,     ///< C-SL paper, eq. (3), over all pairs, computed in linear time
  kSupervised,      ///< squared error to the true direction; a reference only
};

/// One term of a mixture of losses.
struct LossTerm {
  LossKind kind = LossKind::kSubContrastive;
  double weight = 1.0;
  bool operator==(const LossTerm&) const = default;
};
/// A weighted sum, such as sub-contrastive + 0.3 contrastive; each kind at most once.
using LossMixture = std::vector<LossTerm>;

bool uses(const LossMixture& mixture, LossKind kind);

/// Sub-contrastive loss: squared distance of the two pooled directions,
/// L = |c1/|c1| - c2/|c2||^2 = 2 - 2 <c1, c2> / (|c1| |c2|), c_l = sum of r over sub-interval l.
/// @param weight  multiplies the gradient (not the returned loss): 1 / intervals in the batch
/// @param dr      weight * d L / d r, [bins, 3], overwritten
/// @return        L in [0, 4]
/// @throws core::DivergedError  if a centroid has no direction (zero or not finite)
/// Source: C-SL paper, eq. (5) and (6)
template <typename T>
double sub_contrastive_loss(std::span<const T> r, std::size_t split, double weight,
                            std::span<T> dr);

/// Pairwise contrastive loss, mean over all ordered pairs of bins of |r_m - r_n|^2 of unit
/// directions u = r/|r|: L = (2 N sum |u|^2 - 2 |sum u|^2) / N^2 = 2 - 2 |mean u|^2. Norms do not
/// matter (the paper's f maps to S^2).
/// @throws core::DivergedError  if an r has no direction
/// Source: C-SL paper, eq. (3); the linear-time form follows from expanding the square
template <typename T>
double contrastive_loss(std::span<const T> r, double weight, std::span<T> dr);

/// Mean over bins of |r - d|^2 with the true direction d in the world. It pulls norms towards one.
template <typename T>
double supervised_loss(std::span<const T> r, const Eigen::Vector3f& direction_world, double weight,
                       std::span<T> dr);

/// Weighted sum of the mixture's losses and of their gradients.
/// @param direction_world  true direction; used only by kSupervised
/// @param scratch          [bins, 3]; not used by a mixture of one loss
template <typename T>
double mixed_loss(const LossMixture& mixture, std::span<const T> r, std::size_t split,
                  const Eigen::Vector3f& direction_world, double weight, std::span<T> dr,
                  std::span<T> scratch);

}  // namespace learn
