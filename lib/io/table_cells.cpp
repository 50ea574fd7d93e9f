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
  return text == "nan" || (text.starts_with("nan(") && text.ends_with(")"));
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\"'";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

char separator_of(std::string_view line) {
  for (const char candidate : {'\t', ';', ','}) {
    if (line.find(candidate) != std::string_view::npos) return candidate;
  }
  return ' ';
}

void split_cells(std::string_view line, char separator, std::vector<std::string_view>& cells) {
  cells.clear();
  if (separator == ' ') {
    line = trimmed(line);
    while (!line.empty()) {
      const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
      cells.push_back(line.substr(0, end));
      line = trimmed(line.substr(end));
    }
    return;
  }
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = line.find(separator, begin);
    cells.push_back(trimmed(line.substr(begin, end - begin)));
    if (end == std::string_view::npos) return;
    begin = end + 1;
  }
}

std::optional<double> parse_cell(std::string_view cell) {
  if (cell.empty()) return std::numeric_limits<double>::quiet_NaN();
  if (cell.front() == '+') cell.remove_prefix(1);
  if (const std::optional<double> number = core::parse_number(cell)) return number;
  if (means_not_a_number(cell)) return std::numeric_limits<double>::quiet_NaN();
  return std::nullopt;
}

std::string normalized_name(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (c != ' ') result += lower_case(c);
  }
  return result;
}

}  // namespace io
