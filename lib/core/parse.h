/// Numbers from text. The whole text must be the number.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace core {

/// The number that the text states, or nothing if the text is no number. "inf" and "-inf" are
/// numbers; "nan", "+1", "0x10" and texts with blanks are not.
std::optional<double> parse_number(std::string_view text);

/// The whole number of 0 or more that the text states in decimal digits without a sign, or nothing
/// if the text is no such number or the number needs more than 64 bits.
std::optional<std::uint64_t> parse_whole_number(std::string_view text);

}  // namespace core
