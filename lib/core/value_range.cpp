#include "core/value_range.h"

#include <fmt/format.h>

#include <string_view>

#include "core/errors.h"
#include "core/parse.h"

namespace core {

std::string ValueRange::text() const {
  return single() ? fmt::format("{}", low) : fmt::format("{}:{}", low, high);
}

ValueRange ValueRange::parse(const std::string& option, const std::string& text) {
  const std::string_view whole(text);
  const std::size_t colon = whole.find(':');
  const std::optional<double> low = parse_number(whole.substr(0, colon));
  const std::optional<double> high =
      colon == std::string_view::npos ? low : parse_number(whole.substr(colon + 1));
  if (!low || !high || *low > *high) {
    throw UsageError(
        fmt::format("{}: expected a number, or a range LOW:HIGH, found \"{}\"", option, text));
  }
  return {*low, *high};
}

}  // namespace core
