#include "session/pose.h"

namespace session {

const char* name_of(PoseState state) {
  if (state == PoseState::kInterpolated) return "interpolated";
  return state == PoseState::kHeld ? "held" : "missing";
}

}  // namespace session
