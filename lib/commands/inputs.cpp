#include "commands/inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <system_error>

#include "commands/suggestion.h"
#include "core/atomic_file.h"
#include "core/errors.h"
#include "core/files.h"
#include "io/container.h"
#include "io/hdf5_reader.h"

namespace commands {
namespace {

namespace fs = std::filesystem;

struct Maker {
  std::string tools;   ///< the tools that write files of a kind
  std::string source;  ///< the kind that they make it of; empty: no file of ours
};

const std::map<std::string, Maker>& makers() {
  static const std::map<std::string, Maker> kMakers = {
      {"sessions", {"csl-simulate or csl-import", ""}},
      {"features", {"csl-features", "sessions"}},
      {"model", {"csl-train", "features"}},
      {"estimates", {"csl-infer", "features"}}};
  return kMakers;
}

std::string with_article(const std::string& kind) {
  return (kind.find_first_of("aeiou") == 0 ? "an " : "a ") + kind;
}

/// The step that makes a file of this kind.
std::string next_step(const std::string& kind) {
  return fmt::format("{} makes {} file", makers().at(kind).tools, with_article(kind));
}

/// "; did you mean NAME?" with a name of the same folder, or the folder that does not exist.
std::string place_of_missing(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return fmt::format("; there is no folder {}", folder.string());
  }
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return did_you_mean(path.filename().string(), names);
}

void refuse_standard_input(const std::string& option, const std::string& name) {
  if (name != core::kStandardOutput) return;
  throw core::UsageError(fmt::format(
      "{} -: standard input is not possible here; name a file (./- is the file \"-\")", option));
}

[[noreturn]] void refuse_missing(const std::string& name, const FileKinds& kinds) {
  throw core::InputError(fmt::format("{}: no such file{}; {}", name, place_of_missing(name),
                                     next_step(kinds.front())));
}

/// Format of a file of ours; empty: another file, which its reader refuses with its own words.
std::string format_of(const fs::path& path) {
  try {
    return io::container_format(io::Hdf5Reader(path));
  } catch (const core::InputError&) {
    return "";
  }
}

void require_kind(const fs::path& path, const FileKinds& kinds) {
  const std::string found = format_of(path);
  if (found.empty() || std::count(kinds.begin(), kinds.end(), found) > 0) return;
  const std::string& wanted = kinds.front();
  const std::string step = makers().at(wanted).source == found
                               ? fmt::format("{} makes one of it", makers().at(wanted).tools)
                               : next_step(wanted);
  throw core::InputError(fmt::format("{}: expected {} file, found {} file; {}", path.string(),
                                     with_article(wanted), with_article(found), step));
}

void require_once(const std::string& option, const std::vector<fs::path>& paths) {
  std::map<fs::path, fs::path> named;
  for (const fs::path& path : paths) {
    std::error_code error;
    const fs::path real = fs::canonical(path, error);
    const auto [earlier, first] = named.emplace(error ? path : real, path);
    if (first) continue;
    const std::string other = earlier->second == path
                                  ? ""
                                  : fmt::format(" ({} is the same file)", earlier->second.string());
    throw core::UsageError(fmt::format("{} {}: is named twice{}; its sessions would count twice",
                                       option, path.string(), other));
  }
}

}  // namespace

std::vector<fs::path> named_files(const std::string& option,
                                  const std::vector<std::string>& patterns,
                                  const FileKinds& kinds) {
  std::vector<fs::path> paths;
  for (const std::string& pattern : patterns) {
    refuse_standard_input(option, pattern);
    std::vector<fs::path> found;
    try {
      found = core::expand_inputs({pattern});
    } catch (const core::InputError&) {
      refuse_missing(pattern, kinds);
    }
    paths.insert(paths.end(), found.begin(), found.end());
  }
  require_once(option, paths);
  return paths;
}

void require_kinds(const std::vector<fs::path>& paths, const FileKinds& kinds) {
  for (const fs::path& path : paths) require_kind(path, kinds);
}

std::vector<fs::path> input_files(const std::string& option,
                                  const std::vector<std::string>& patterns,
                                  const FileKinds& kinds) {
  std::vector<fs::path> paths = named_files(option, patterns, kinds);
  require_kinds(paths, kinds);
  return paths;
}

void require_input(const std::string& option, const fs::path& path, const FileKinds& kinds) {
  if (path.empty()) return;
  refuse_standard_input(option, path.string());
  std::error_code error;
  if (!fs::exists(path, error)) refuse_missing(path.string(), kinds);
  require_kind(path, kinds);
}

}  // namespace commands
