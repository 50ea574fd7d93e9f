/// Sections of the report page that appear where their data is given.
#pragma once

#include <string>

#include "evaluate/results.h"

namespace report {

/// Table 2 in the layout of the paper: windows down, numbers of sources and reverberation times
/// across.
std::string table2_html(const evaluate::Report& report);
/// The same for the windows in which a source sounds; empty if no row knows them.
std::string sounding_table2_html(const evaluate::Report& report);

/// Sections for everything that is given, in the order of the paper's figures.
std::string optional_sections(const evaluate::Report& report);

}  // namespace report
