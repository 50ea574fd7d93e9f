#include "io/table_header.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/errors.h"

namespace io {
namespace {

constexpr std::size_t kMaxColumns = 1000;
/// Number of lines above the first row of numbers after which a file is taken to hold no table.
constexpr std::size_t kMaxLines = 1000;

/// Counts of the cells of a line.
struct CellCounts {
  std::size_t filled = 0;   ///< Cells that are not empty.
  std::size_t numbers = 0;  ///< Of these, the numbers.
  bool name_first = false;  ///< The first cell is empty and the first that is not holds text.
};

CellCounts count_cells(const std::vector<std::string_view>& cells) {
  CellCounts counts;
  CellReader reader;
  for (const std::string_view cell : cells) {
    if (cell.empty()) continue;
    const bool number = reader.number(cell).has_value();
    if (counts.filled == 0) counts.name_first = !number && cells.front().empty();
    ++counts.filled;
    counts.numbers += number ? 1 : 0;
  }
  return counts;
}

std::string_view without_mark(std::string_view comment) {
  comment = trimmed(comment);
  comment.remove_prefix(std::min(comment.find_first_not_of("#%/"), comment.size()));
  return comment;
}

}  // namespace

bool is_comment(std::string_view line) {
  line = trimmed(line);
  return line.empty() || line.front() == '#' || line.front() == '%' || line.starts_with("//");
}

bool HeaderFinder::take(std::string_view line) {
  ++count_;
  if (count_ == 1) {
    if (line.starts_with("\xFF\xFE") || line.starts_with("\xFE\xFF") ||
        line.substr(0, 64).find('\0') != std::string_view::npos) {
      throw core::InputError(fmt::format(
          "{}: expected UTF-8 text, found UTF-16: convert it with iconv -f UTF-16 -t UTF-8",
          path_.string()));
    }
    if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  }
  const std::string_view content = trimmed(line);
  if (content.empty()) return false;
  if (content.starts_with("sep=")) {
    stated_separator_ = content.size() > 4 ? content[4] : '\t';
    return false;
  }
  if (!is_comment(line)) {
    // A row of numbers alone tells the separator best: "0,5 1,5" has a blank between its numbers.
    for (const bool alone : {true, false}) {
      for (const char separator : {'\t', ';', ',', ' '}) {
        const bool possible = separator == ' ' || line.find(separator) != std::string_view::npos;
        if (!possible || !is_row_of_numbers(line, separator, alone)) continue;
        header_.separator = separator;
        finish();
        return true;
      }
    }
  }
  lines_.emplace_back(line);
  if (lines_.size() > kMaxLines) {
    throw core::InputError(fmt::format("{}: expected a row of numbers within {} lines, found {}",
                                       path_.string(), kMaxLines, found()));
  }
  return false;
}

std::string HeaderFinder::found() const {
  return lines_.empty() ? "nothing" : fmt::format("\"{}\"", lines_.front().substr(0, 120));
}

/// Two numbers are enough where a row of names stands above; otherwise most cells are numbers.
bool HeaderFinder::is_row_of_numbers(std::string_view line, char separator, bool alone) {
  if (stated_separator_ != 0 && separator != stated_separator_) return false;
  std::vector<std::string_view> cells;
  split_cells(line, separator, cells);
  const CellCounts counts = count_cells(cells);
  if (cells.size() < 2 || counts.numbers == 0 || counts.name_first) return false;
  row_cells_ = cells.size();
  row_filled_ = filled_cells(cells);
  if (alone) return counts.numbers >= 2 && counts.numbers == counts.filled;
  if (counts.numbers >= 2 && 2 * counts.numbers > counts.filled) return true;
  return has_names(cells.size(), separator);
}

/// Whether a line of text with this number of cells stands just above.
bool HeaderFinder::has_names(std::size_t cells, char separator) {
  if (lines_.empty() || cells < 3) return false;
  std::vector<std::string_view> names;
  split_cells(lines_.back(), separator, names);
  const CellCounts counts = count_cells(names);
  return names.size() == cells && counts.numbers == 0 && 2 * counts.filled > cells;
}

void HeaderFinder::finish() {
  if (row_cells_ > kMaxColumns) {
    throw core::InputError(fmt::format("{}: expected at most {} columns, found {}", path_.string(),
                                       kMaxColumns, row_cells_));
  }
  header_.columns = row_filled_;
  take_names();
  if (header_.rows.empty()) refuse_other_names();
  if (header_.rows.empty()) take_names_from_comment();
  for (std::vector<std::string>& names : header_.rows) names.resize(header_.columns);
  for (std::string& line : lines_) header_.notes.push_back(std::move(line));
}

/// Takes the rows of names: those just above the numbers that have the same number of cells. Cells
/// at the end of a row may be missing if they are empty. A row above the names may be shorter if it
/// begins with an empty cell (Vicon's names of bodies).
void HeaderFinder::take_names() {
  std::vector<std::string_view> cells;
  while (!lines_.empty() && !is_comment(lines_.back())) {
    split_cells(lines_.back(), header_.separator, cells);
    const std::size_t filled = filled_cells(cells);
    const bool same = filled <= row_cells_ && cells.size() >= row_filled_;
    const bool shorter = !header_.rows.empty() && cells.size() > 1 && cells.front().empty() &&
                         filled <= header_.columns;
    if ((!same && !shorter) || count_cells(cells).filled == 0) return;
    if (header_.rows.empty() && 2 * count_cells(cells).numbers > count_cells(cells).filled) return;
    header_.columns = std::max(header_.columns, filled);
    add_row(cells);
    lines_.pop_back();
  }
}

/// Names that do not fit the numbers would be read as no names.
void HeaderFinder::refuse_other_names() const {
  if (lines_.empty() || is_comment(lines_.back())) return;
  std::vector<std::string_view> cells;
  for (const char separator : {header_.separator, '\t', ';', ','}) {
    split_cells(lines_.back(), separator, cells);
    if (cells.size() < 2 || count_cells(cells).numbers > 0) continue;
    throw core::InputError(fmt::format(
        "{}: line {}: expected as many cells as names in the header, found {} below {} names "
        "(\"{}\")",
        path_.string(), count_, row_cells_, cells.size(), lines_.back().substr(0, 80)));
  }
}

void HeaderFinder::take_names_from_comment() {
  std::vector<std::string_view> cells;
  for (std::size_t i = lines_.size(); i-- > 0;) {
    if (!is_comment(lines_[i])) continue;
    for (const char separator : {header_.separator, ',', ' '}) {
      split_cells(without_mark(lines_[i]), separator, cells);
      const std::size_t filled = filled_cells(cells);
      if (filled < 2 || filled > row_cells_ || cells.size() < row_filled_) continue;
      if (count_cells(cells).numbers > 0) continue;
      header_.columns = std::max(header_.columns, filled);
      add_row(cells);
      return;
    }
  }
}

void HeaderFinder::add_row(const std::vector<std::string_view>& cells) {
  std::vector<std::string> row(cells.begin(), cells.end());
  header_.rows.insert(header_.rows.begin(), std::move(row));
}

std::string split_row(std::string_view line, const TableHeader& header,
                      std::vector<std::string_view>& cells) {
  split_cells(line, header.separator, cells);
  const std::size_t filled = filled_cells(cells);
  if (filled > header.columns || cells.size() < header.columns) {
    return fmt::format("expected {} cells{}, found {}", header.columns,
                       header.rows.empty() ? "" : " as in the header", cells.size());
  }
  cells.resize(header.columns);
  return "";
}

}  // namespace io
