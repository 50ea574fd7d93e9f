#include "ingest/folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>

#include "core/errors.h"
#include "core/log.h"
#include "core/parse.h"
#include "ingest/log_kind.h"
#include "io/audio.h"

namespace ingest {
namespace {

namespace fs = std::filesystem;

/// The file of this name, or an empty path.
fs::path existing(const fs::path& stem, const char* ending) {
  return existing_file(stem.string() + ending);
}

bool has_log(const fs::path& stem) {
  return !existing(stem, ".pose.csv").empty() || !existing(stem, ".imu.csv").empty() ||
         !existing(stem, ".csv").empty();
}

/// Makes `plain` the log of one kind. @param log  [in, out] the log of this kind, if there is one
void claim(fs::path& log, const fs::path& plain, const char* kind) {
  if (!log.empty()) {
    throw core::InputError(
        fmt::format("{}: expected one log of {} for each recording, found {} too; move one of them",
                    plain.string(), kind, log.filename().string()));
  }
  log = plain;
}

void find_logs(const fs::path& stem, const LogOptions& reading, FolderRecording& recording) {
  recording.pose = existing(stem, ".pose.csv");
  recording.imu = existing(stem, ".imu.csv");
  const fs::path plain = existing(stem, ".csv");
  if (plain.empty()) return;
  LogKind kind;
  try {
    kind = log_kind(plain, reading);
  } catch (const core::InputError&) {
    if (recording.pose.empty() && recording.imu.empty()) throw;
    core::log_warning("{}: no motion log, left out", plain.string());
  }
  if (kind.orientations) claim(recording.pose, plain, "orientations");
  if (kind.inertial) claim(recording.imu, plain, "inertial samples");
}

/// A name such as "take1.ch02" as recording and number of microphone.
struct NumberedName {
  std::string id;
  std::uint64_t number = 0;
};

/// Removes `word` in upper or lower case from the end of the text.
bool drop_word(std::string& text, const std::string& word) {
  if (text.size() <= word.size()) return false;
  const std::string end = text.substr(text.size() - word.size());
  const bool same = std::equal(end.begin(), end.end(), word.begin(), [](unsigned char a, char b) {
    return static_cast<char>(std::tolower(a)) == b;
  });
  if (same) text.resize(text.size() - word.size());
  return same;
}

void drop_separators(std::string& text) {
  while (!text.empty() && std::string("._- ").find(text.back()) != std::string::npos) {
    text.pop_back();
  }
}

std::optional<NumberedName> numbered(const std::string& stem) {
  const std::size_t digits = stem.find_last_not_of("0123456789") + 1;
  const auto number = core::parse_whole_number(std::string_view(stem).substr(digits));
  if (digits == 0 || !number) return std::nullopt;
  NumberedName name{stem.substr(0, digits), *number};
  drop_separators(name.id);
  for (const char* word : {"channel", "track", "mic", "ch", "tr"}) {
    if (drop_word(name.id, word)) break;
  }
  drop_separators(name.id);
  return name;
}

std::vector<fs::path> in_order(const std::string& id,
                               const std::map<std::uint64_t, fs::path>& files) {
  std::vector<fs::path> ordered;
  std::uint64_t expected = files.begin()->first;
  for (const auto& [number, path] : files) {
    if (number != expected || files.begin()->first > 1) {
      throw core::InputError(fmt::format(
          "{}: expected the microphones of {} numbered from 0 or 1 without gaps, found {}",
          path.string(), id, number));
    }
    ordered.push_back(path);
    ++expected;
  }
  return ordered;
}

}  // namespace

fs::path existing_file(const fs::path& path) {
  return fs::is_regular_file(path) ? path : fs::path();
}

std::vector<FolderRecording> list_recordings(const fs::path& folder, const LogOptions& reading) {
  std::map<std::string, FolderRecording> whole;
  std::map<std::string, std::map<std::uint64_t, fs::path>> parts;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const fs::path& path = entry.path();
    if (!entry.is_regular_file() || !io::looks_like_audio(path)) continue;
    const std::string stem = path.stem().string();
    const std::optional<NumberedName> name = numbered(stem);
    std::optional<fs::path> other;
    if (has_log(folder / stem)) {
      FolderRecording& recording = whole[stem];
      if (!recording.files.empty()) other = recording.files.front();
      recording.id = stem;
      recording.files = {path};
    } else if (name && has_log(folder / name->id)) {
      const auto [place, is_new] = parts[name->id].emplace(name->number, path);
      if (!is_new) other = place->second;
    } else {
      throw core::InputError(
          fmt::format("{0}: expected its log {1}.pose.csv, {1}.imu.csv or {1}.csv beside it",
                      path.string(), stem));
    }
    if (other) {
      throw core::InputError(fmt::format("{}: expected one file for each recording, found {} too",
                                         path.string(), other->string()));
    }
  }
  for (const auto& [id, files] : parts) {
    if (whole.contains(id)) {
      throw core::InputError(fmt::format("{}: expected one file for each recording, found {} too",
                                         whole[id].files.front().string(),
                                         files.begin()->second.string()));
    }
    whole[id].id = id;
    whole[id].files = in_order(id, files);
  }
  if (whole.empty()) throw core::InputError(folder.string() + ": holds no audio files");
  std::vector<FolderRecording> recordings;
  for (auto& [id, recording] : whole) {
    find_logs(folder / id, reading, recording);
    recordings.push_back(std::move(recording));
  }
  return recordings;
}

}  // namespace ingest
