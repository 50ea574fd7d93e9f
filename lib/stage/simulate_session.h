/// One simulated session: a pure function of the plan and the session's number.
#pragma once

#include <cstddef>

#include "stage/schema_sessions.h"
#include "stage/simulate_plan.h"

namespace stage {

/// Re-entrant: sessions are made in parallel, in any order, on any machine.
/// @throws core::InputError if a speech file is not fit for use, or a recording too short for it
Session simulate_session(const SimulatePlan& plan, std::size_t index);

}  // namespace stage
