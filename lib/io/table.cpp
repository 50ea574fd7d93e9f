#include "io/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/errors.h"
#include "core/files.h"
#include "io/table_cells.h"

namespace io {
namespace {

/// Reads a table line by line.
class TableParser {
 public:
  explicit TableParser(Table& table) : table_(table), finder_(table.path) {}

  void line(std::string_view text, std::size_t number) {
    if (table_.columns == 0) {
      if (!finder_.take(text)) return;
      take_header();
    }
    if (!is_comment(text)) row(text, number);
  }

  std::string found() const { return finder_.found(); }

 private:
  void take_header() {
    table_.header = finder_.header();
    table_.columns = table_.header.columns;
    if (table_.header.rows.empty()) return;
    for (const std::string& name : table_.header.rows.back()) {
      table_.names.push_back(normalized_name(name));
    }
  }

  void row(std::string_view text, std::size_t number) {
    table_.lines.push_back(number);
    const std::string fault = split_row(text, table_.header, cells_);
    if (!fault.empty()) table_.fail(table_.rows() - 1, fault);
    for (const std::string_view cell : cells_) {
      const std::optional<double> value = reader_.number(cell);
      if (!value) table_.text_cells.push_back({table_.values.size(), cell});
      table_.values.push_back(value.value_or(std::numeric_limits<double>::quiet_NaN()));
    }
  }

  Table& table_;
  HeaderFinder finder_;
  CellReader reader_;
  std::vector<std::string_view> cells_;
};

}  // namespace

double Table::at(std::size_t row, std::size_t column) const {
  const double value = values[row * columns + column];
  if (!std::isnan(value)) return value;
  const std::string_view found = text_at(row, column);
  if (found.empty()) return value;
  fail(row, fmt::format("{}expected a number, found \"{}\"",
                        names.empty() ? "" : names[column] + ": ", found.substr(0, 40)));
}

std::string_view Table::text_at(std::size_t row, std::size_t column) const {
  const std::size_t index = row * columns + column;
  const auto at = std::lower_bound(
      text_cells.begin(), text_cells.end(), index,
      [](const TextCell& cell, std::size_t wanted) { return cell.index < wanted; });
  return at != text_cells.end() && at->index == index ? at->text : std::string_view();
}

std::optional<std::size_t> Table::find(const std::string& name) const {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<std::size_t>(at - names.begin());
}

void Table::fail(std::size_t row, const std::string& message) const {
  throw core::InputError(fmt::format("{}: line {}: {}", path.string(), lines[row], message));
}

Table read_table(const std::filesystem::path& path) {
  Table table;
  table.path = path;
  table.text = std::make_shared<const std::string>(core::read_text_file(path));
  const std::string_view text = *table.text;
  TableParser parser(table);
  std::size_t number = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    parser.line(text.substr(start, end - start), ++number);
    start = end + 1;
  }
  if (table.rows() == 0) {
    throw core::InputError(fmt::format(
        "{}: expected rows of numbers with commas, tabs, semicolons or blanks between, found {}",
        path.string(), parser.found()));
  }
  return table;
}

}  // namespace io
