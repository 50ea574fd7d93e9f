/// True directions of a window, from the sources that its session knows.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "doa/window.h"
#include "evaluate/sounding.h"
#include "session/estimate.h"
#include "session/session.h"

namespace evaluate {

/// Largest number of reverberation times that get a column each in the tables. A set of sessions
/// with more of them is a mixed set: it becomes one column.
inline constexpr std::size_t kMaxReverberationTimes = 10;

/// A reverberation time rounded to a millisecond; nothing if it is unknown (NaN).
std::optional<double> rounded_t60(double t60_s);

/// Number of different sources of a session; a moving source counts once.
std::size_t source_count(const session::Info& info);

/// True direction of one source in the world.
struct TrueSource {
  std::size_t source = 0;  ///< number of the source within its session
  Eigen::Vector3d direction_world = Eigen::Vector3d::UnitX();
};

/// Sources whose rows overlap [from_s, to_s], one entry a source, each where it is at `time_s` or
/// at the time of its rows nearest to `time_s`.
std::vector<TrueSource> true_sources(const session::Info& info, double from_s, double to_s,
                                     double time_s);

/// The same for an estimate's window. A single source is asked for at the center frame alone, as in
/// Table 1 of the C-SL paper; several sources over the whole window (section 3.3: "with at least
/// one source present").
std::vector<TrueSource> true_sources(const session::Info& info, const session::Estimate& estimate,
                                     const doa::WindowLength& window);

/// The directions of the sources, in the same order.
std::vector<Eigen::Vector3d> directions_of(const std::vector<TrueSource>& sources);

/// The directions of true_sources() with the same arguments.
std::vector<Eigen::Vector3d> true_directions(const session::Info& info, double from_s, double to_s,
                                             double time_s);
std::vector<Eigen::Vector3d> true_directions(const session::Info& info,
                                             const session::Estimate& estimate,
                                             const doa::WindowLength& window);

/// Directions of the sources that sound in the estimate's window. The window extends half its
/// length to both sides of the estimate's time; a causal window ends at this time.
/// @param sources   true_sources() of the estimate
/// @param activity  of the same session, known
std::vector<Eigen::Vector3d> sounding_directions(const std::vector<TrueSource>& sources,
                                                 const Activity& activity,
                                                 const session::Estimate& estimate,
                                                 const doa::WindowLength& window,
                                                 doa::WindowPlace place);

/// The name of a session in captions: "Session 3, T60 0.5 s".
std::string session_caption(const session::Info& info);

/// Key of a session across files: two estimates of the same session have the same key.
std::string session_key(const session::Info& info);

}  // namespace evaluate
