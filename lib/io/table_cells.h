/// Cells of one line of a text table: how a line is divided, and what a cell says.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace io {

/// The text without blanks, tabs, carriage returns and quotation marks at its ends.
std::string_view trimmed(std::string_view text);

/// Divides a line into trimmed cells. A run of blanks is one separator. A separator between
/// quotation marks belongs to its cell.
/// @param cells  [out] views into `line`
void split_cells(std::string_view line, char separator, std::vector<std::string_view>& cells);

/// Number of cells without the empty cells at the end.
std::size_t filled_cells(const std::vector<std::string_view>& cells);

/// The number that a cell states, with a decimal point; NaN for an empty cell and for "nan"; nothing
/// for other text.
std::optional<double> parse_cell(std::string_view cell);

/// Reads the cells of one table. The first number with a fraction decides whether the table writes a
/// decimal point or a decimal comma; a number with the other sign is then no number.
class CellReader {
 public:
  /// As parse_cell(), with either decimal sign.
  std::optional<double> number(std::string_view cell);

 private:
  char decimal_ = 0;  ///< '.', ',' or 0: no fraction has been seen.
};

/// A column name in lower case without blanks.
std::string normalized_name(std::string_view name);

}  // namespace io
