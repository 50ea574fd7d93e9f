/// Writes an evaluation's results for people and programs.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "evaluate/results.h"

namespace report {

/// Writes into a folder (made if missing), each file atomically:
/// `report.json` (fields of docs/use/formats.md), `table1.csv`, `error_vs_window.svg`, `report.html`
/// (self-contained: no network, no scripts; light and dark by the reader's preference), and
/// `table2.csv` where there are rows of several sources. Without rows of one source there is no
/// table1.csv and no error_vs_window.svg.
/// @return the files written
/// @throws core::InputError if there are no rows of either kind; core::IoError if the folder cannot
/// be written
std::vector<std::filesystem::path> write_report(const evaluate::Report& report,
                                                const std::filesystem::path& folder);

/// True for the names of the files that write_report() writes.
bool is_report_file(const std::string& name);

/// Table for a terminal: rows are windows, columns reverberation times, one block a method; the
/// C-SL block has the paper's C-SL row below each of ours. Cells are `mean +- ci` in degrees; `-`
/// where there is none. Ends in a newline.
std::string format_table(std::span<const evaluate::ReportRow> rows);

/// Rows of several sources for a terminal, the paper's Table 2 beside ours. Ends in a newline.
std::string format_sources(std::span<const evaluate::SourcesRow> rows);

/// One line a row, the fields of report.json's table1 as columns; values that do not exist are
/// empty.
std::string table1_csv(const evaluate::Report& report);

/// Error against window length, one panel a reverberation time, the paper's figures dashed; stands
/// alone.
std::string error_vs_window_svg(const evaluate::Report& report);

/// The page. Needs nothing but itself.
std::string report_html(const evaluate::Report& report);

/// report.json as an object: {"table1": [{"method", "estimator", "pooling", "window_s", "t60_s",
/// "mean_deg", "ci95_deg", "median_deg", "p90_deg", "within_5", "within_10", "n", "sessions",
/// "empty", "seeds"}, ...], "options", "provenance"}; window_s is "full" for whole sessions; values
/// that do not exist are null.
nlohmann::json report_json(const evaluate::Report& report);

}  // namespace report
