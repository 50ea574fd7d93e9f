/// Whether turning a body tells its axes apart.
#pragma once

#include <Eigen/Geometry>
#include <span>
#include <vector>

namespace so3 {

/// Collects relative rotations and says whether a map from sound to sensor-frame directions is
/// fixed by them, up to its reflection.
///
/// Any linear map A of directions that commutes with every relative rotation R_a^T R_b of an
/// interval leaves the learner's losses as they are. If only multiples of the identity commute, the
/// map is identified; turns about one axis u leave 3 dimensions (I, u u^T, [u]x): any further turn
/// about u fits as well. The margin is the second smallest eigenvalue of the mean over rotations of
/// |A R - R A|^2 as a quadratic form in A: 0 for a single axis, 2 for rotations that cover SO(3)
/// evenly (they leave A its part along the identity only).
class Identifiability {
 public:
  /// Rotations of one interval, subsampled: each against the middle one.
  void add_interval(std::span<const Eigen::Quaterniond> q_world_sensor);

  /// In [0, 2]; 0 also when nothing was added.
  double margin() const;
  /// Axis that the rotations leave open most, sensor frame; unit length. Meaningful for small
  /// margins.
  Eigen::Vector3d weakest_axis() const;

 private:
  Eigen::Matrix<double, 9, 9> sum_ = Eigen::Matrix<double, 9, 9>::Zero();
  Eigen::Matrix3d turn_axes_ =
      Eigen::Matrix3d::Zero();  ///< sum of rotation vectors' outer products
  double count_ = 0.0;
};

/// Below this margin training may settle on a map that is turned about the weakest axis: swings of
/// 10 degrees about a second axis give about 0.03.
inline constexpr double kWeakMargin = 0.02;

}  // namespace so3
