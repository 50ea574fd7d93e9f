#include "session/session.h"

#include "so3/rotation.h"

namespace session {

Eigen::Vector3d SourceTruth::direction_at(double time_s) const {
  return so3::exp(angular_velocity_world * (time_s - start_s)) * direction_world;
}

}  // namespace session
