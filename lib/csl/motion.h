/// Whether a recording's rotations can identify the map at all, and which directions it has heard.
#pragma once

#include <Eigen/Core>
#include <string>

#include "core/parallel.h"
#include "csl/dataset.h"
#include "csl/model.h"

namespace csl {

/// How the array turned. If all rotations within intervals share one axis fixed to the array, then
/// with f also every map P f is consistent with the recording, where P turns about that axis: P
/// commutes with all of them. A second axis leaves only +-1 (docs/learning.md).
struct MotionSpread {
  /// Root mean square of the rotation vectors between frames of an interval, along their principal
  /// axes, degrees, largest first.
  Eigen::Vector3d rms_deg = Eigen::Vector3d::Zero();
  Eigen::Vector3d main_axis = Eigen::Vector3d::UnitZ();  ///< in the sensor frame
};

/// From the rotations alone, before any training.
MotionSpread motion_spread(const Dataset& dataset);

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

/// Share of the sphere, in the sensor frame, that lies within 15 degrees of a direction from which
/// the recording was heard, as the model places it. Elsewhere the model guesses.
double heard_share(const Model& model, const Dataset& dataset, core::ThreadPool& pool);

}  // namespace csl
