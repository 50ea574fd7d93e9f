/// Style sheet of the report page: light or dark as the reader prefers, for phones and for print.
#pragma once

#include <string_view>

namespace report {

std::string_view report_style();

}  // namespace report
