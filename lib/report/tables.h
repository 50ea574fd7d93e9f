/// The tables of the report page, as HTML.
#pragma once

#include <string>

#include "report/layout.h"

namespace report {

/// Table 1 laid out as in the paper: methods, under each its windows, one column a reverberation
/// time. Cells hold the mean with its interval and the median. The paper's blocks follow the method
/// they belong to. The smallest mean of each window and column is marked.
std::string table1_html(const ReportLayout& layout);

/// The windows in which the source sounds, the same layout; empty if no row knows them.
std::string sounding_table_html(const ReportLayout& layout);

/// Share of windows within 5 and 10 degrees, the same layout, with a bar in each cell.
std::string share_table_html(const ReportLayout& layout);

/// Mean and median of each training seed, the same layout; empty unless a row has several seeds.
std::string seed_table_html(const ReportLayout& layout);

/// Every figure of every row.
std::string detail_table_html(const ReportLayout& layout);

/// Each input with the steps that made it and their options. An input is an object with a history
/// and its own step, or a list of steps. Any other JSON is shown as it is.
std::string provenance_html(const nlohmann::json& provenance);

/// An object's entries as a list of names and values.
std::string options_html(const nlohmann::json& options);

}  // namespace report
