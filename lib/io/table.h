/// Tables of numbers in text files: separated by commas, tabs, semicolons or blanks, with or
/// without rows of names.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/table_header.h"

namespace io {

/// A cell that is no number.
struct TextCell {
  std::size_t index = 0;  ///< row * columns + column
  std::string_view text;  ///< Into Table::text.
};

/// A table in memory. A cell that is empty or says "nan" is NaN.
struct Table {
  std::filesystem::path path;
  TableHeader header;
  std::vector<std::string> names;  ///< [columns], lower case without blanks; empty: no names
  std::size_t columns = 0;
  std::vector<double> values;        ///< [rows, columns], row-major; NaN where the cell holds text
  std::vector<std::size_t> lines;    ///< [rows], each row's line number in the file, from 1
  std::vector<TextCell> text_cells;  ///< In order of their index.
  std::shared_ptr<const std::string> text;  ///< The whole file.

  std::size_t rows() const { return lines.size(); }
  /// @throws core::InputError  if the cell holds text
  double at(std::size_t row, std::size_t column) const;
  /// The text of a cell that is no number; empty for all other cells.
  std::string_view text_at(std::size_t row, std::size_t column) const;
  /// Index of the column with this name, or nothing.
  std::optional<std::size_t> find(const std::string& name) const;
  /// @throws core::InputError  with the file, the line of the row and the message
  [[noreturn]] void fail(std::size_t row, const std::string& message) const;
};

/// Reads a table; HeaderFinder says what may stand above its rows. Lines that start with #, % or //
/// are comments. Empty cells at the end of a row do not count. The fractions of all numbers are
/// written with a decimal point, or all with a decimal comma. Cells may hold text; whoever needs a
/// number there gets an error.
/// @throws core::InputError  if the file is missing, is UTF-16 or has no rows of numbers, for more
///                           than 1000 columns, and for rows of different lengths
Table read_table(const std::filesystem::path& path);

}  // namespace io
