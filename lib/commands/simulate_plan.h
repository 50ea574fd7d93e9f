/// Makes a plan from the options of csl-simulate.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "commands/simulate.h"
#include "simulate/plan.h"

namespace commands {

/// The plan without sessions, for --rir: array, room and positions.
simulate::Plan plan_scene(const SimulateOptions& options);
/// The complete plan.
/// @throws core::UsageError  if options are wrong
/// @throws core::InputError  if an input file is wrong
simulate::Plan plan_simulation(const SimulateOptions& options);

/// Sets the shoebox of the plan.
void plan_room(const SimulateOptions& options, simulate::Plan& plan);
/// Reads the measured rooms of --room-waves.
void plan_room_waves(const SimulateOptions& options, simulate::Plan& plan);
/// The plan of --responses, without sources, start, speech and sensors.
/// @throws core::UsageError  for options that measured rooms do not take
simulate::Plan plan_measured_rooms(const SimulateOptions& options);

/// Requires a value in [low, high]. NaN is outside every range.
/// @throws core::UsageError  otherwise
void require_range(const std::string& option, double value, double low, double high);
/// Three finite numbers of an option. @throws core::UsageError  otherwise
Eigen::Vector3d three(const std::string& option, const std::vector<double>& values);

}  // namespace commands
