/// "did you mean": the nearest known word to a misspelt one.
#pragma once

#include <string>
#include <vector>

namespace commands {

/// @return  the word with the fewest edits (one edit: a letter more, less, another, or two swapped),
///          if a third of its letters or fewer differ; else an empty text
std::string nearest_word(const std::string& misspelt, const std::vector<std::string>& known);

/// "; did you mean WORD?", or an empty text if no word is near.
std::string did_you_mean(const std::string& misspelt, const std::vector<std::string>& known);

}  // namespace commands
