/// What stands above the first row of numbers of a text table.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "io/table_cells.h"

namespace io {

struct TableHeader {
  char separator = ',';  ///< Comma, semicolon, tab, or a blank for any run of blanks.
  std::size_t columns = 0;
  /// Rows of text that have a cell for each column, from the top, each [columns]; the last row is
  /// nearest to the numbers. Empty: the table has no names. Cells may be empty.
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> notes;  ///< All other lines above the numbers, comments included.
};

/// Finds the first row of numbers of a table whose lines come one at a time. Above it may stand
/// notes, comments (#, %, //), a line "sep=;" and one or more rows of names. The separator is the one
/// that makes the first row of numbers a row of numbers. The comment that has as many words as the
/// table has columns gives the names if no row does; files in TUM's format have such a comment.
class HeaderFinder {
 public:
  /// @param path  named in messages; the finder does not open it
  explicit HeaderFinder(std::filesystem::path path) : path_(std::move(path)) {}

  /// Takes the next line, without its line end.
  /// @return  true for the first row of numbers; header() is then complete
  /// @throws core::InputError  if the text is UTF-16, for more than 1000 lines above the numbers, for
  ///                           more than 1000 columns, and for a row of names that has more or fewer
  ///                           cells than the row of numbers
  bool take(std::string_view line);
  const TableHeader& header() const { return header_; }
  /// The lines that were taken, for a message that says what was found.
  std::string found() const;

 private:
  bool is_row_of_numbers(std::string_view line, char separator, bool alone);
  bool has_names(std::size_t cells, char separator);
  void finish();
  void take_names();
  void take_names_from_comment();
  void refuse_other_names() const;
  void add_row(const std::vector<std::string_view>& cells);

  std::filesystem::path path_;
  std::vector<std::string> lines_;  ///< Lines above the numbers.
  char stated_separator_ = 0;       ///< Of a line "sep=;".
  std::size_t count_ = 0;           ///< Number of lines taken.
  std::size_t row_cells_ = 0;       ///< Cells of the first row of numbers,
  std::size_t row_filled_ = 0;      ///< and without the empty ones at its end.
  TableHeader header_;
};

/// True for a blank line and for a comment.
bool is_comment(std::string_view line);

/// The cells of a row of numbers, one for each column of the table.
/// @param cells  [out] views into `line`
/// @return  what is wrong with the row; empty: nothing
std::string split_row(std::string_view line, const TableHeader& header,
                      std::vector<std::string_view>& cells);

}  // namespace io
