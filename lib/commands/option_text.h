/// Checks of the text of options, on the command line and in --config files, before it is read as
/// values. Each function returns a message, which is empty if the text is fine.
#pragma once

#include <string>
#include <vector>

namespace commands {

/// Checks a --config file before it is parsed. It must be a regular file of at most 1 MiB with lines
/// of at most 4096 characters, and without what the parser would drop in silence: text behind a #
/// inside quotes, and lines of a word of one or two letters.
std::string config_fault(const std::string& path);

/// Checks that a key of a --config file is the name of an option, without its dashes.
/// @param section  the section that the key stands in; there must be none
/// @param names    of all options, with dashes
std::string key_fault(const std::string& section, const std::string& key,
                      const std::vector<std::string>& names);

/// Checks that text is a whole number, and removes leading zeros. CLI11 would read 010 as 8 and -1
/// as 2^64 - 1.
/// @param is_signed  negative numbers are numbers, too
std::string whole_number_fault(std::string& text, bool is_signed);

}  // namespace commands
