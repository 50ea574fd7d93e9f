#include "core/parse.h"

#include <charconv>
#include <cmath>

namespace core {
namespace {

template <typename T>
std::optional<T> parse_whole_text(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  const std::optional<double> value = parse_whole_text<double>(text);
  return value && !std::isnan(*value) ? value : std::nullopt;
}

std::optional<std::uint64_t> parse_whole_number(std::string_view text) {
  return parse_whole_text<std::uint64_t>(text);
}

}  // namespace core
