#include "core/json_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/errors.h"
#include "core/files.h"

namespace core {
namespace {

/// Deepest nesting of lists and objects that is read; files of ours have 5.
constexpr std::size_t kMostLevels = 32;

/// Deepest nesting of brackets outside of strings.
std::size_t levels_of(std::string_view text) {
  std::size_t level = 0;
  std::size_t deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      ++i;
    } else if (c == '"') {
      in_string = !in_string;
    } else if (!in_string && (c == '[' || c == '{')) {
      deepest = std::max(deepest, ++level);
    } else if (!in_string && (c == ']' || c == '}') && level > 0) {
      --level;
    }
  }
  return deepest;
}

}  // namespace

std::string json_text(const nlohmann::json& value, int indent) {
  return value.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

nlohmann::json parse_json(std::string_view text) {
  const std::size_t levels = levels_of(text);
  if (levels > kMostLevels) {
    throw InputError(
        fmt::format("expected JSON of at most {} levels, found {}", kMostLevels, levels));
  }
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception& error) {
    throw InputError(fmt::format("expected JSON: {}", error.what()));
  }
}

nlohmann::json read_json_file(const std::filesystem::path& path) {
  const std::string text = read_text_file(path);
  try {
    return parse_json(text);
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}: {}", path.string(), error.what()));
  }
}

std::size_t json_count(const nlohmann::json& object, const char* key, std::size_t least,
                       std::size_t most) {
  const auto at = object.is_object() ? object.find(key) : object.end();
  const bool found = object.is_object() && at != object.end();
  if (found && at->is_number_integer() && *at >= 0) {
    const auto count = at->get<std::uint64_t>();
    if (count >= least && count <= most) return count;
  }
  throw InputError(fmt::format("{}: expected a whole number from {} to {}, found {}", key, least,
                               most, found ? json_text(*at).substr(0, 60) : "none"));
}

}  // namespace core
