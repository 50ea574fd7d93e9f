/// Rotation of sound fields that are given by spherical harmonics.
#pragma once

#include <Eigen/Dense>
#include <cstddef>
#include <vector>

#include "room/harmonics.h"

namespace room {

/// One of the (N + 1)^2 real harmonics up to order N, as a channel of HarmonicBasis.
struct RealChannel {
  std::size_t channel;  ///< channel of HarmonicBasis
  bool imaginary;       ///< the sine part of the channel; only where m > 0
};

/// The real harmonics of a basis, sorted by degree n with 2n + 1 each, and their rotation matrices.
///
/// A rotation mixes only harmonics of the same degree: Y_n(R v) = D_n(R) Y_n(v). D_n is the
/// solution of this equation in more than 2n + 1 directions v. The solution needs no recurrences
/// and is well conditioned.
class HarmonicRotation {
 public:
  explicit HarmonicRotation(const HarmonicBasis& basis);

  std::size_t order() const { return basis_.order(); }
  /// The real harmonics, [(N + 1)^2]; degree n starts at n^2.
  const std::vector<RealChannel>& channels() const { return channels_; }

  /// Values of the real harmonics in a direction, [(N + 1)^2].
  Eigen::VectorXd values(const Eigen::Vector3d& direction) const;

  /// The matrices D_0 .. D_N, one after the other, each [2n + 1, 2n + 1] row-major, with
  /// Y(R v) = D Y(v). If R turns sensor vectors into world vectors, a field with coefficients a in
  /// the world frame has the coefficients D^T a in the sensor frame.
  /// @param matrices  is overwritten, [sum of (2n + 1)^2]
  void matrices(const Eigen::Matrix3d& R, std::vector<float>& matrices) const;

 private:
  Eigen::MatrixXd values_of(const Eigen::Matrix3Xd& directions) const;

  HarmonicBasis basis_;
  std::vector<RealChannel> channels_;
  Eigen::Matrix3Xd direction_;          // [3, P]
  std::vector<Eigen::MatrixXd> solve_;  // per degree [P, 2n + 1]: right inverse of Y_n(direction_)
};

}  // namespace room
