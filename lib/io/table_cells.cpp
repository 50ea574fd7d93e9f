#include "io/table_cells.h"

#include <algorithm>
#include <cctype>
#include <limits>

#include "core/parse.h"

namespace io {
namespace {

char lower_case(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

/// "nan" in any case and with any sign, or with a note in brackets ("-nan(ind)").
bool means_not_a_number(std::string_view cell) {
  if (!cell.empty() && cell.front() == '-') cell.remove_prefix(1);
  const std::string text = normalized_name(cell);
  return text == "nan" || text == "na" || text == "null" ||
         (text.starts_with("nan(") && text.ends_with(")"));
}

/// Index of the separator that ends the cell at the start of the text; npos: the last cell.
std::size_t end_of_cell(std::string_view text, std::string_view separators) {
  const std::size_t first = text.find_first_not_of(" \t");
  std::size_t from = 0;
  if (first != std::string_view::npos && text[first] == '"') {
    const std::size_t quote = text.find('"', first + 1);
    if (quote != std::string_view::npos) from = quote + 1;
  }
  return text.find_first_of(separators, from);
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\"'";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

void split_cells(std::string_view line, char separator, std::vector<std::string_view>& cells) {
  cells.clear();
  const bool blanks = separator == ' ';
  const std::string_view separators =
      blanks ? std::string_view(" \t") : std::string_view(&separator, 1);
  const auto skip_blanks = [&] {
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
  };
  if (blanks) skip_blanks();
  while (!blanks || !line.empty()) {
    const std::size_t end = end_of_cell(line, separators);
    cells.push_back(trimmed(line.substr(0, end)));
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + 1);
    if (blanks) skip_blanks();
  }
}

std::size_t filled_cells(const std::vector<std::string_view>& cells) {
  std::size_t count = cells.size();
  while (count > 0 && cells[count - 1].empty()) --count;
  return count;
}

std::optional<double> parse_cell(std::string_view cell) {
  if (cell.empty()) return std::numeric_limits<double>::quiet_NaN();
  if (cell.front() == '+') cell.remove_prefix(1);
  if (const std::optional<double> number = core::parse_number(cell)) return number;
  if (means_not_a_number(cell)) return std::numeric_limits<double>::quiet_NaN();
  return std::nullopt;
}

std::optional<double> CellReader::number(std::string_view cell) {
  const std::size_t comma = cell.find(',');
  if (comma == std::string_view::npos) {
    const std::optional<double> value = parse_cell(cell);
    if (!value || cell.find('.') == std::string_view::npos) return value;
    if (decimal_ == 0) decimal_ = '.';
    return decimal_ == '.' ? value : std::nullopt;
  }
  if (decimal_ == '.') return std::nullopt;
  std::string text(cell);
  text[comma] = '.';
  const std::optional<double> value = parse_cell(text);
  if (value) decimal_ = ',';
  return value;
}

std::string normalized_name(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (c != ' ') result += lower_case(c);
  }
  return result;
}

}  // namespace io
