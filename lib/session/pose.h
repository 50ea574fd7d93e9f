/// Orientation at one time, and how well it is known.
#pragma once

#include <Eigen/Geometry>

namespace session {

enum class PoseState {
  kInterpolated,  ///< The time lies between two samples.
  kHeld,     ///< The nearest sample is used: the next sample has not arrived or does not exist.
  kMissing,  ///< No sample is near enough.
};

/// "interpolated", "held", "missing".
const char* name_of(PoseState state);

struct Pose {
  PoseState state = PoseState::kMissing;
  Eigen::Quaterniond q_world_sensor = Eigen::Quaterniond::Identity();  ///< Identity if missing.
};

}  // namespace session
