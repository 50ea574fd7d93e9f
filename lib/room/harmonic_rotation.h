/// Turning of sound fields given by spherical harmonics.
#pragma once

#include <Eigen/Dense>
#include <cstddef>
#include <vector>

#include "room/harmonics.h"

namespace room {

/// Real channel of a field: where it stands in a list of all (N + 1)^2 of them, sorted by degree.
struct RealChannel {
  std::size_t channel;  ///< of HarmonicBasis
  bool imaginary;       ///< its sine part; only where m > 0
};

/// The real harmonics of a basis sorted by degree n, 2n + 1 each, and the matrices that turn them.
///
/// A turn mixes harmonics of one degree only: Y_n(R v) = D_n(R) Y_n(v). D_n comes from evaluating
/// both sides in more than 2n + 1 directions v and solving, which needs no recurrences and is well
/// conditioned.
class HarmonicRotation {
 public:
  explicit HarmonicRotation(const HarmonicBasis& basis);

  std::size_t order() const { return basis_.order(); }
  /// [(N + 1)^2], degree n starts at n^2.
  const std::vector<RealChannel>& channels() const { return channels_; }

  /// Values of the real harmonics in a direction, [(N + 1)^2].
  Eigen::VectorXd values(const Eigen::Vector3d& direction) const;

  /// D_0 .. D_N, one after the other, each [2n + 1, 2n + 1] row-major: Y(R v) = D Y(v). A field
  /// with coefficients a in the frame that R turns into has D^T a in the frame that R turns from.
  /// @param matrices  written, [sum of (2n + 1)^2]
  void matrices(const Eigen::Matrix3d& R, std::vector<float>& matrices) const;

 private:
  Eigen::MatrixXd values_of(const Eigen::Matrix3Xd& directions) const;

  HarmonicBasis basis_;
  std::vector<RealChannel> channels_;
  Eigen::Matrix3Xd direction_;          // [3, P]
  std::vector<Eigen::MatrixXd> solve_;  // per degree [P, 2n + 1]: right inverse of Y_n(direction_)
};

}  // namespace room
