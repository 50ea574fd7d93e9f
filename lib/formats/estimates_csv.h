/// Estimates as a table of text: one line for each direction or track.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "doa/window.h"
#include "session/estimate.h"
#include "session/session.h"
#include "session/track.h"

namespace formats {

/// The names of the columns, with the line's end. docs/use/streaming.md explains them.
std::string estimates_csv_header();

/// Appends the lines of one window: its directions, or a line of the kind "none", then the tracks.
/// @param oriented  false: directions in the world are not known, and their cells are empty
void append_window_csv(std::string& text, const session::Info& session,
                       const doa::WindowLength& window, bool oriented,
                       const session::Estimate& estimate,
                       std::span<const session::TrackPoint* const> tracks);

/// Appends the lines of a session.
/// @param windows    lengths, for Estimate::window
/// @param estimates  sorted by window length and time
/// @param tracks     of the session, sorted by time
void append_session_csv(std::string& text, const session::Info& session,
                        std::span<const doa::WindowLength> windows, bool oriented,
                        std::span<const session::Estimate> estimates,
                        std::span<const session::TrackPoint> tracks);

}  // namespace formats
