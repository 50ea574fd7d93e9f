/// The results of an evaluation as files and terminal tables.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "evaluate/results.h"

namespace report {

/// Writes into a folder (made if missing), each file atomically:
/// `report.json` (fields of docs/use/formats.md), `table1.csv`, `error_vs_window.svg`,
/// `report.html` (self-contained: no network, no scripts; light or dark as the reader prefers), and
/// `table2.csv` where there are rows of several sources, and `tracks.csv` where there are tracks.
/// Without rows of one source there is no
/// table1.csv and no error_vs_window.svg.
/// @return the files written
/// @throws core::InputError if there are neither rows nor directions; core::IoError if the folder cannot
/// be written
std::vector<std::filesystem::path> write_report(const evaluate::Report& report,
                                                const std::filesystem::path& folder);

/// True for the names of the files that write_report() writes.
bool is_report_file(const std::string& name);

/// Table for a terminal: rows are windows, columns reverberation times, one block a method. Each
/// window has a line of means, `mean +- ci` in degrees, and a line of medians; a line `mean
/// (median)` of the windows in which the source sounds, where they are known; and, if `paper`, the
/// paper's figures below the first block of a method that the paper has. `-` where there is no
/// value. Ends in a newline.
std::string format_table(std::span<const evaluate::ReportRow> rows, bool paper);

/// Rows of several sources for a terminal; if `paper`, with the paper's Table 2 beside them. Ends in
/// a newline.
std::string format_sources(std::span<const evaluate::SourcesRow> rows, bool paper);

/// One line a row, the fields of report.json's table1 as columns; fields of "sounding" are columns
/// like sounding_n. Values that do not exist are empty.
std::string table1_csv(const evaluate::Report& report);

/// The same for several sources, without p90_deg.
std::string table2_csv(const evaluate::Report& report);

/// Error against window length, one panel a reverberation time, a file of its own. If the report
/// shows the paper's figures, they are dashed lines.
std::string error_vs_window_svg(const evaluate::Report& report);

/// The page, complete in one file.
std::string report_html(const evaluate::Report& report);

/// report.json as an object; docs/use/formats.md lists its fields. Values that do not exist are
/// null.
nlohmann::json report_json(const evaluate::Report& report);

}  // namespace report
