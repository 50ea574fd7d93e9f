/// Numbers from text, whole or not at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace core {

/// The number that the whole text is; nothing for any other text. "inf" is a number, "nan" is none.
std::optional<double> parse_number(std::string_view text);

/// The same for a whole number of 0 or more, in decimal digits without a sign.
std::optional<std::uint64_t> parse_whole_number(std::string_view text);

}  // namespace core
