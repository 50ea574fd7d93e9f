/// The tables of the report page, as HTML.
#pragma once

#include <string>

#include "report/layout.h"

namespace report {

/// Table 1 laid out as in the paper: methods, under each its windows, one column a reverberation
/// time. Cells hold the mean with its interval and the median. The paper's blocks follow the method
/// they belong to. The smallest mean of each window and column is marked; the paper's do not compete.
std::string table1_html(const ReportLayout& layout);

/// The windows in which the source sounds, the same layout; empty if no row knows them.
std::string sounding_table_html(const ReportLayout& layout);

/// Share of windows within 5 and 10 degrees, the same layout, with a bar in each cell.
std::string share_table_html(const ReportLayout& layout);

/// Mean and median of each training seed, the same layout; empty unless a row has several seeds.
std::string seed_table_html(const ReportLayout& layout);

/// Every figure of every row.
std::string detail_table_html(const ReportLayout& layout);

/// The runs of tools that made the inputs, each once, and for each input the numbers of its runs. An
/// input is an object with a history and its own run, or a list of runs. Any other JSON is shown as
/// it is.
/// @param defaults  options of each tool, by its name, that are not worth showing
std::string provenance_html(const nlohmann::json& provenance, const nlohmann::json& defaults);

/// An object's entries as a list of names and values.
std::string options_html(const nlohmann::json& options);

}  // namespace report
