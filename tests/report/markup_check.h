/// Checks of generated HTML and SVG: elements are nested well, tables are complete.
#pragma once

#include <string>

namespace report_test {

/// The first fault in the nesting of elements, or "" if every element is closed in order.
std::string markup_fault(const std::string& markup);

/// Text outside tags and style sheets, entities replaced.
std::string visible_text(const std::string& markup);

/// Number of table cells (th, td) without visible text.
int empty_cells(const std::string& html);

/// Number of tables whose rows do not all cover the same number of columns; spans count.
int ragged_tables(const std::string& html);

}  // namespace report_test
