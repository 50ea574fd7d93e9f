/// What a session's sources say about the true directions of a window.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "stage/schema_estimates.h"
#include "stage/schema_session.h"

namespace stage {

/// Number of different sources of a session; a moving one counts once.
std::size_t source_count(const SessionInfo& info);

/// World directions of the sources that sound at some time in [from_s, to_s], one a source, each
/// where it is at `time_s` (or nearest to it in time).
std::vector<Eigen::Vector3d> true_directions(const SessionInfo& info, double from_s, double to_s,
                                             double time_s);

/// The same for an estimate's window. One source is asked for at the centre frame alone, as in the
/// paper's Table 1; several over the whole window ("with at least one source present", 3.3).
std::vector<Eigen::Vector3d> true_directions(const SessionInfo& info, const Estimate& estimate,
                                             const doa::WindowLength& window);

/// Tells sessions apart across files: two estimates of the same recording have the same key.
std::string session_key(const SessionInfo& info);

}  // namespace stage
