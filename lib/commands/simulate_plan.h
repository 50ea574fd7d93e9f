/// From csl-simulate's options to a plan.
#pragma once

#include "commands/simulate.h"
#include "simulate/plan.h"

namespace commands {

/// The part of the plan that does not need speech: array, room, positions.
simulate::Plan plan_scene(const SimulateOptions& options);
/// The whole plan. @throws core::UsageError, core::InputError
simulate::Plan plan_simulation(const SimulateOptions& options);

}  // namespace commands
