/// Cells of one line of a text table: how a line is divided, and what a cell says.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace io {

/// The text without blanks, tabs, carriage returns and quotation marks at its ends.
std::string_view trimmed(std::string_view text);

/// The first of tab, semicolon and comma that the line contains; a blank if it contains none.
char separator_of(std::string_view line);

/// Divides a line into trimmed cells. A run of blanks is one separator.
/// @param cells  [out] views into `line`
void split_cells(std::string_view line, char separator, std::vector<std::string_view>& cells);

/// The number that a cell states; NaN for an empty cell and for "nan"; nothing for other text.
std::optional<double> parse_cell(std::string_view cell);

/// A column name in lower case without blanks.
std::string normalized_name(std::string_view name);

}  // namespace io
