/// The parts of a report that appear where their data is given.
#pragma once

#include <string>

#include "evaluate/results.h"

namespace report {

/// Table 2 in the layout of the paper: windows down, numbers of sources and reverberation times
/// across.
std::string table2_html(const evaluate::Report& report);
/// One line a row of Table 2.
std::string table2_csv(const evaluate::Report& report);
/// Adds table2, confidence_curve, reliability and orientation_drift to report.json.
void add_optional_json(const evaluate::Report& report, nlohmann::json& json);

/// Sections of the page for everything that is given, in the order of the paper's figures.
std::string optional_sections(const evaluate::Report& report);

/// A titled part of the page with a line of explanation.
std::string html_section(const std::string& title, const std::string& intro,
                         const std::string& content);

}  // namespace report
