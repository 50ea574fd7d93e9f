/// Lists of names for help texts and messages.
#pragma once

#include <string>
#include <vector>

namespace core {

/// The names as a choice: "a", "a or b", "a, b or c". Empty without names.
std::string name_list(const std::vector<std::string>& names);

}  // namespace core
