/// What is known of the sources of a simulated session.
#pragma once

#include <cstddef>
#include <vector>

#include "session/session.h"
#include "simulate/dry_source.h"
#include "simulate/plan.h"
#include "so3/track.h"

namespace simulate {

/// The truth of the sources. A direction is seen from the array's center at that moment. The center
/// of an array that turns about another point moves; the direction then changes, and the truth is a
/// list of rows of at most kTruthStep_s with constant angular velocity. The first row of a source
/// has its activity, in the distance of the turning point.
/// @param samples  length of the session
std::vector<session::SourceTruth> truth_of(const Plan& plan, const so3::Track& orientation,
                                           const std::vector<DrySource>& sources,
                                           std::size_t samples);

/// The direction of a source at 1 m changes by less than 0.01 degrees from a constant angular
/// velocity, for an array that turns at 90 degrees per second about a point 0.2 m away.
inline constexpr double kTruthStep_s = 0.05;

}  // namespace simulate
