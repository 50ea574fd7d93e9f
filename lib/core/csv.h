/// Text as one field of a CSV file.
#pragma once

#include <string>
#include <string_view>

namespace core {

/// Quotes the text if it holds a comma, a quotation mark or a line end (RFC 4180).
std::string csv_field(std::string_view text);

}  // namespace core
