/// Tables of numbers as text: CSV, TSV, semicolons or blanks, with or without a line of names.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace io {

/// A table in memory. Cells that are empty or say "nan" are NaN.
struct Table {
  std::filesystem::path path;
  std::vector<std::string>
      names;  ///< [columns], lower case without blanks; empty: no line of names
  std::size_t columns = 0;
  std::vector<double> values;      ///< [rows, columns], row-major
  std::vector<std::size_t> lines;  ///< line of each row in the file, from 1

  std::size_t rows() const { return lines.size(); }
  double at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
  /// Column of that name.
  std::optional<std::size_t> find(const std::string& name) const;
  /// @throws core::InputError  naming file, the row's line and the message
  [[noreturn]] void fail(std::size_t row, const std::string& message) const;
};

/// Reads a table. The separator is the first of tab, semicolon, comma that the first line holds,
/// else blanks. Lines that start with # or % are comments; if the line before the first row of
/// numbers is one and holds as many names as there are columns, it gives the names (TUM's files).
/// Decimal point only.
/// @throws core::InputError  missing, no rows, more than 1000 columns, rows of different lengths, a
/// cell that is no number
Table read_table(const std::filesystem::path& path);

}  // namespace io
