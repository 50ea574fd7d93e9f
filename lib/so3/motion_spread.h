/// Whether the rotations of an array identify its axes.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <cstddef>
#include <span>
#include <string>

namespace so3 {

/// Rotations of an array while its sources stood still. If all rotations within intervals have one
/// common axis that is fixed to the array, the map f is not identified. Every map P f, where P is a
/// rotation about that axis, then fits the recording equally well, because P commutes with the
/// rotations. With a second axis only f and its mirror image -f fit (docs/understand/learning.md).
struct MotionSpread {
  /// Root mean square of the rotation vectors between frames of an interval, along their principal
  /// axes, degrees, largest first.
  Eigen::Vector3d rms_deg = Eigen::Vector3d::Zero();
  Eigen::Vector3d main_axis = Eigen::Vector3d::UnitZ();  ///< in the sensor frame
};

/// Sum over intervals that are added one after another.
class MotionSpreadSum {
 public:
  /// Adds an interval. Up to 16 of its frames, evenly spaced, are compared with each other.
  /// @param q_world_sensor  orientations of the interval's frames
  void add_interval(std::span<const Eigen::Quaterniond> q_world_sensor);
  /// Spread over all intervals so far.
  MotionSpread spread() const;

 private:
  /// Sum over intervals of the mean outer product of their rotation vectors.
  Eigen::Matrix3d moment_ = Eigen::Matrix3d::Zero();
  std::size_t intervals_ = 0;
};

/// Whether training can learn from the rotations.
enum class MotionVerdict {
  kEnough,
  kWeak,          ///< training may work, but the rotations are small
  kUnidentified,  ///< no training can find the map
};

/// Rotation about a second axis below which the map is not identified. Errors of the orientation
/// itself are as large.
inline constexpr double kLeastSecondAxisDeg = 2.0;
/// Rotation about a second axis below which the verdict is kWeak.
inline constexpr double kWeakSecondAxisDeg = 10.0;

MotionVerdict judge(const MotionSpread& spread);
/// Text for people: the rotations that were found, and the rotations that are missing. Empty for
/// kEnough.
std::string advice(const MotionSpread& spread);

}  // namespace so3
