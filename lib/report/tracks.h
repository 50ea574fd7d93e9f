/// Tracks in the report: LOCATA's measures for terminals, report.json and the page.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "evaluate/results.h"

namespace report {

/// Two lines a row. The first has the mean errors of azimuth, elevation and angle, the share of
/// detected steps, false tracks, swaps and breaks a second, latency and OSPA. The second has the
/// medians of the errors, of the latency and of OSPA.
std::string format_tracks(std::span<const evaluate::TracksRow> rows);

/// The entries of report.json's "tracks"; null where there is no value.
nlohmann::json tracks_json(std::span<const evaluate::TracksRow> rows);

/// One line a row; the columns are the fields of report.json's "tracks". Values that do not exist
/// are empty.
std::string tracks_csv(std::span<const evaluate::TracksRow> rows);

/// The section of the page; empty if there are no tracks.
std::string tracks_section(const evaluate::Report& report);

}  // namespace report
