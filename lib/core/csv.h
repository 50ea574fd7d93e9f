/// CSV files of text (RFC 4180).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace core {

/// Quotes the text if it holds a comma, a quotation mark or a line end (RFC 4180).
std::string csv_field(std::string_view text);

/// The cells of all lines that are not blank. Cells are separated by commas; a quoted cell may hold
/// commas, doubled quotation marks and line ends.
std::vector<std::vector<std::string>> parse_csv(std::string_view text);

}  // namespace core
