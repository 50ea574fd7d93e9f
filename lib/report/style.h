/// Style sheet of the report page: light and dark by the reader's preference, phone, print.
#pragma once

#include <string_view>

namespace report {

std::string_view report_style();

}  // namespace report
