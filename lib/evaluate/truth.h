/// What a session's sources say about the true directions of a window.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "formats/estimates_file.h"
#include "formats/session_table.h"
#include "session/estimate.h"
#include "session/session.h"

namespace evaluate {

/// A set of sessions with more reverberation times than this is a mixed set, which tables report as
/// a whole.
inline constexpr std::size_t kMaxReverberationTimes = 10;

/// A reverberation time rounded to a millisecond; nothing if it is not known.
std::optional<double> rounded_t60(double t60_s);

/// Number of different sources of a session; a moving one counts once.
std::size_t source_count(const session::Info& info);

/// World directions of the sources that sound at some time in [from_s, to_s], one a source, each
/// where it is at `time_s` (or nearest to it in time).
std::vector<Eigen::Vector3d> true_directions(const session::Info& info, double from_s, double to_s,
                                             double time_s);

/// The same for an estimate's window. One source is asked for at the center frame alone, as in the
/// paper's Table 1; several over the whole window ("with at least one source present", 3.3).
std::vector<Eigen::Vector3d> true_directions(const session::Info& info,
                                             const session::Estimate& estimate,
                                             const doa::WindowLength& window);

/// Tells sessions apart across files: two estimates of the same recording have the same key.
std::string session_key(const session::Info& info);

}  // namespace evaluate
