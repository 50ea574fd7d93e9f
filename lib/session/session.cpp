#include "session/session.h"

#include <algorithm>
#include <cmath>

#include "so3/rotation.h"

namespace session {

std::size_t activity_steps(double duration_s) {
  if (!(duration_s > 0.0)) return 0;
  // A duration of whole steps is not exact in binary: the rounding error must not begin a step.
  return static_cast<std::size_t>(std::ceil(std::min(duration_s, 1e9) / kActivityStepS - 1e-6));
}

Eigen::Vector3d SourceTruth::direction_at(double time_s) const {
  return so3::exp(angular_velocity_world * (time_s - start_s)) * direction_world;
}

}  // namespace session
