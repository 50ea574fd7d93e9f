#include "core/csv.h"

#include <utility>

namespace core {

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

namespace {

/// Takes the cell that begins at `at`, up to the comma or line end behind it.
std::string take_cell(std::string_view text, std::size_t& at) {
  std::string cell;
  bool quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      const bool doubled = quoted && at + 1 < text.size() && text[at + 1] == '"';
      if (doubled) cell += text[++at];
      if (!doubled) quoted = !quoted;
    } else if (!quoted && (c == ',' || c == '\n')) {
      break;
    } else {
      cell += c;
    }
  }
  if (!quoted && cell.ends_with('\r')) cell.pop_back();
  return cell;
}

}  // namespace

std::vector<std::vector<std::string>> parse_csv(std::string_view text) {
  std::vector<std::vector<std::string>> lines;
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::vector<std::string> cells = {take_cell(text, at)};
    while (at < text.size() && text[at] == ',') cells.push_back(take_cell(text, ++at));
    if (cells.size() > 1 || !cells.front().empty()) lines.push_back(std::move(cells));
  }
  return lines;
}

}  // namespace core
