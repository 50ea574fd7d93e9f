#include "commands/suggestion.h"

#include <algorithm>

namespace commands {
namespace {

/// Optimal string alignment distance.
/// Source: G. Navarro, "A guided tour to approximate string matching", 2001, section 5.1.
std::size_t edits(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::string nearest_word(const std::string& misspelt, const std::vector<std::string>& known) {
  std::string nearest;
  std::size_t fewest = misspelt.size();
  for (const std::string& word : known) {
    const std::size_t count = edits(misspelt, word);
    const std::size_t limit = std::max<std::size_t>(1, word.size() / 3);
    if (count > limit || count >= fewest) continue;
    fewest = count;
    nearest = word;
  }
  return nearest;
}

std::string did_you_mean(const std::string& misspelt, const std::vector<std::string>& known) {
  const std::string word = nearest_word(misspelt, known);
  return word.empty() ? "" : "; did you mean " + word + "?";
}

}  // namespace commands
