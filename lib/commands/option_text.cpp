#include "commands/option_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <string_view>

#include "core/errors.h"
#include "core/input_file.h"
#include "core/name_list.h"
#include "core/parse.h"

namespace commands {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20U;
constexpr std::size_t kLongestLine = 4096;

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = line.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(kBlank) + 1 - first);
}

/// True if a # stands between quotes.
bool hides_text(std::string_view line) {
  char quote = 0;
  for (const char c : line) {
    if (c == '#') return quote != 0;
    if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    }
  }
  return false;
}

std::string line_fault(std::string_view line) {
  if (line.size() > kLongestLine) {
    return fmt::format("expected at most {} characters, found {}", kLongestLine, line.size());
  }
  const std::string_view text = trimmed(line);
  if (hides_text(text)) return "expected no # inside quotes: it begins a comment";
  const bool word = std::ranges::all_of(
      text, [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; });
  if (!text.empty() && text.size() < 3 && word) return "expected KEY = VALUE";
  return "";
}

}  // namespace

std::string config_fault(const std::string& path) {
  std::string text;
  try {
    const core::InputFile file(path);
    if (file.size() > kMostBytes) {
      return fmt::format("{}: expected at most {} bytes of options, found {}", path, kMostBytes,
                         file.size());
    }
    text.resize(file.size());
    text.resize(file.read_at(0, text));
  } catch (const core::Error& error) {
    return error.what();
  }
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    ++number;
    const std::string fault = line_fault(std::string_view(text).substr(begin, end - begin));
    if (!fault.empty()) return fmt::format("{}:{}: {}", path, number, fault);
    begin = end + 1;
  }
  return "";
}

std::string key_fault(const std::string& section, const std::string& key,
                      const std::vector<std::string>& names) {
  if (!section.empty()) {
    return fmt::format("[{}]: expected keys without section, found a section", section);
  }
  std::vector<std::string> keys;
  for (const std::string& name : names) keys.push_back(name.substr(name.find_first_not_of('-')));
  if (std::ranges::find(keys, key) != keys.end()) return "";
  const std::string meant = core::nearest_name(key, keys);
  return fmt::format("{}: there is no such option{}", key,
                     meant.empty() ? "; --help lists all of them" : "; do you mean " + meant + "?");
}

std::string whole_number_fault(std::string& text, bool is_signed) {
  const bool negative = is_signed && text.starts_with('-');
  std::string digits = text.substr(negative ? 1 : 0);
  digits.erase(
      0, std::min(digits.find_first_not_of('0'), std::max<std::size_t>(digits.size(), 1) - 1));
  if (!core::parse_whole_number(digits)) {
    return fmt::format("expected a whole number{}, found {}", is_signed ? "" : " of 0 or more",
                       text);
  }
  text = (negative ? "-" : "") + digits;
  return "";
}

}  // namespace commands
