/// One simulated session: a pure function of the plan and the session's number.
#pragma once

#include <cstddef>

#include "formats/sessions_file.h"
#include "session/session.h"
#include "simulate/plan.h"

namespace simulate {

/// Re-entrant: sessions are made in parallel, in any order, on any machine.
/// @throws core::InputError if a speech file is not fit for use, or a recording too short for it
session::Session simulate_session(const Plan& plan, std::size_t index);

}  // namespace simulate
