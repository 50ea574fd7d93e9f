/// Lists of names for help texts and messages.
#pragma once

#include <string>
#include <vector>

namespace core {

/// The names as a choice: "a", "a or b", "a, b or c". Empty without names.
std::string name_list(const std::vector<std::string>& names);

/// The name that somebody probably meant: the one that the fewest typing errors (letters that are
/// missing, added or exchanged for others) turn into `typed`. Empty if none is near.
std::string nearest_name(const std::string& typed, const std::vector<std::string>& names);

}  // namespace core
