/// Whether turning an array tells its axes apart.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <cstddef>
#include <span>
#include <string>

namespace so3 {

/// How an array turned while its sources stood still. If all rotations within intervals share one
/// axis fixed to the array, then with f also every map P f is consistent with the recording, where
/// P turns about that axis: P commutes with all of them. A second axis leaves only +-1
/// (docs/understand/learning.md).
struct MotionSpread {
  /// Root mean square of the rotation vectors between frames of an interval, along their principal
  /// axes, degrees, largest first.
  Eigen::Vector3d rms_deg = Eigen::Vector3d::Zero();
  Eigen::Vector3d main_axis = Eigen::Vector3d::UnitZ();  ///< in the sensor frame
};

/// Collects intervals, one after another.
class MotionSpreadSum {
 public:
  /// @param q_world_sensor  the interval's frames; a few, evenly spread, are compared with each
  /// other
  void add_interval(std::span<const Eigen::Quaterniond> q_world_sensor);
  MotionSpread spread() const;

 private:
  Eigen::Matrix3d moment_ = Eigen::Matrix3d::Zero();  ///< sum of rotation vectors' outer products
  std::size_t intervals_ = 0;
};

enum class MotionVerdict {
  kEnough,
  kWeak,          ///< it may work, with little to learn from
  kUnidentified,  ///< no training can find the map
};

/// Below this turning about a second axis cannot be told from errors of the orientation itself.
inline constexpr double kLeastSecondAxisDeg = 2.0;
inline constexpr double kWeakSecondAxisDeg = 10.0;

MotionVerdict judge(const MotionSpread& spread);
/// What was found and what is missing, for people. Empty for kEnough.
std::string advice(const MotionSpread& spread);

}  // namespace so3
