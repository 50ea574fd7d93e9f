#include "io/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "core/errors.h"
#include "core/files.h"
#include "io/table_cells.h"

namespace io {
namespace {

constexpr std::size_t kMaxColumns = 1000;

/// The names in a line. @return  empty if a cell is empty or a number
std::vector<std::string> names_of(const std::vector<std::string_view>& cells) {
  std::vector<std::string> names;
  for (const std::string_view cell : cells) {
    if (cell.empty() || parse_cell(cell)) return {};
    names.push_back(normalized_name(cell));
  }
  return names;
}

/// Reads a table line by line.
class TableParser {
 public:
  explicit TableParser(Table& table) : table_(table) {}

  void line(std::string_view text, std::size_t number) {
    text = number == 1 && text.substr(0, 3) == "\xEF\xBB\xBF" ? text.substr(3) : text;
    const std::string_view content = trimmed(text);
    if (content.empty()) return;
    if (content.front() == '#' || content.front() == '%') {
      if (table_.rows() == 0) comment_ = content.substr(1);
      return;
    }
    if (separator_ == 0) separator_ = separator_of(text);
    split_cells(text, separator_, cells_);
    if (table_.columns == 0) {
      first_line(number);
    } else {
      row(number);
    }
  }

 private:
  void first_line(std::size_t number) {
    table_.columns = cells_.size();
    if (cells_.size() > kMaxColumns) {
      throw core::InputError(fmt::format("{}: expected at most {} columns, found {}",
                                         table_.path.string(), kMaxColumns, cells_.size()));
    }
    table_.names = names_of(cells_);
    if (!table_.names.empty()) return;
    std::vector<std::string_view> words;
    split_cells(comment_, separator_of(trimmed(comment_)), words);
    if (words.size() == table_.columns) table_.names = names_of(words);
    row(number);
  }

  void row(std::size_t number) {
    if (cells_.size() != table_.columns) {
      throw core::InputError(fmt::format("{}: line {}: expected {} columns, found {}",
                                         table_.path.string(), number, table_.columns,
                                         cells_.size()));
    }
    for (const std::string_view cell : cells_) {
      const std::optional<double> value = parse_cell(cell);
      if (!value) {
        throw core::InputError(fmt::format("{}: line {}: expected a number, found \"{}\"",
                                           table_.path.string(), number, cell.substr(0, 40)));
      }
      table_.values.push_back(*value);
    }
    table_.lines.push_back(number);
  }

  Table& table_;
  char separator_ = 0;
  std::string_view comment_;
  std::vector<std::string_view> cells_;
};

}  // namespace

std::optional<std::size_t> Table::find(const std::string& name) const {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<std::size_t>(at - names.begin());
}

void Table::fail(std::size_t row, const std::string& message) const {
  throw core::InputError(fmt::format("{}: line {}: {}", path.string(), lines[row], message));
}

Table read_table(const std::filesystem::path& path) {
  const std::string text = core::read_text_file(path);
  Table table;
  table.path = path;
  TableParser parser(table);
  std::size_t number = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    parser.line(std::string_view(text).substr(start, end - start), ++number);
    start = end + 1;
  }
  if (table.rows() == 0) throw core::InputError(path.string() + ": holds no row of numbers");
  return table;
}

}  // namespace io
