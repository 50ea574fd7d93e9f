/// Checks of generated HTML and SVG: well-formed, tables complete.
#pragma once

#include <string>

namespace report_test {

/// What is wrong with the nesting of elements, or "" if every element is closed in order.
std::string markup_fault(const std::string& markup);

/// Text outside tags and style sheets, entities replaced.
std::string visible_text(const std::string& markup);

/// Table cells (th, td) that show nothing.
int empty_cells(const std::string& html);

/// Tables whose rows do not all cover the same number of columns, spans counted.
int ragged_tables(const std::string& html);

}  // namespace report_test
