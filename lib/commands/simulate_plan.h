/// Makes a plan from the options of csl-simulate.
#pragma once

#include "commands/simulate.h"
#include "simulate/plan.h"

namespace commands {

/// The plan without sessions, for --rir: array, room and positions.
simulate::Plan plan_scene(const SimulateOptions& options);
/// The complete plan.
/// @throws core::UsageError  if options are wrong
/// @throws core::InputError  if an input file is wrong
simulate::Plan plan_simulation(const SimulateOptions& options);

}  // namespace commands
