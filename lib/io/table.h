/// Tables of numbers in text files: separated by commas, tabs, semicolons or blanks, with or
/// without a line of names.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace io {

/// A table in memory. A cell that is empty or says "nan" is NaN.
struct Table {
  std::filesystem::path path;
  std::vector<std::string> names;  ///< [columns], lower case without blanks; empty: no names
  std::size_t columns = 0;
  std::vector<double> values;      ///< [rows, columns], row-major
  std::vector<std::size_t> lines;  ///< [rows], each row's line number in the file, from 1

  std::size_t rows() const { return lines.size(); }
  double at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
  /// Index of the column with this name, or nothing.
  std::optional<std::size_t> find(const std::string& name) const;
  /// @throws core::InputError  with the file, the line of the row and the message
  [[noreturn]] void fail(std::size_t row, const std::string& message) const;
};

/// Reads a table. The separator is a tab, a semicolon or a comma, whichever of them the first line
/// holds first in this order; otherwise blanks separate. Lines that start with # or % are comments.
/// A comment just before the first row gives the names if it has as many words as the table has
/// columns; files in TUM's format have such a comment. Numbers have a decimal point, not a comma.
/// @throws core::InputError  if the file is missing or has no rows, for more than 1000 columns, for
///                           rows of different lengths and for a cell that is no number
Table read_table(const std::filesystem::path& path);

}  // namespace io
