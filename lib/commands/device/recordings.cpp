#include "commands/device/recordings.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/errors.h"
#include "core/files.h"
#include "ingest/folder.h"
#include "ingest/log_kind.h"
#include "ingest/recording_stream.h"
#include "io/audio.h"

namespace commands::device {
namespace {

namespace fs = std::filesystem;

/// What one name stands for: the files of one recording's audio, or a log.
struct Item {
  bool audio = false;
  std::string name;  ///< of the recording
  std::vector<fs::path> files;
  fs::path pose, imu;  ///< logs of a folder's recording

  bool has_logs() const { return !pose.empty() || !imu.empty(); }
};

void add_folder(const fs::path& folder, const ingest::LogOptions& reading,
                std::vector<Item>& items) {
  for (const ingest::FolderRecording& recording : ingest::list_recordings(folder, reading)) {
    items.push_back({true, recording.id, recording.files, recording.pose, recording.imu});
  }
}

/// One file for each microphone: "a.wav,b.wav".
void add_list(const std::string& text, std::vector<Item>& items) {
  Item item{true, "", {}, {}, {}};
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t comma = std::min(text.find(',', start), text.size());
    item.files.emplace_back(text.substr(start, comma - start));
    start = comma + 1;
  }
  item.name = item.files.front().stem().string();
  items.push_back(std::move(item));
}

std::vector<Item> list_items(const std::vector<std::string>& names,
                             const ingest::LogOptions& reading) {
  std::vector<Item> items;
  for (const std::string& name : names) {
    if (fs::is_directory(name)) {
      add_folder(name, reading, items);
    } else if (!fs::exists(name) && name.find(',') != std::string::npos) {
      add_list(name, items);
    } else {
      for (const fs::path& path : core::expand_inputs({name})) {
        items.push_back({io::looks_like_audio(path), path.stem().string(), {path}, {}, {}});
      }
    }
  }
  return items;
}

Recording open_recording(const Item& item, const ImportOptions& common) {
  Recording recording;
  recording.name = item.name;
  recording.audio = item.files;
  recording.pose = item.pose;
  recording.imu = item.imu;
  const ingest::RecordingStream stream(to_audio_source(recording.import_options(common)));
  recording.channels = stream.channels();
  recording.rate_hz = stream.sample_rate_hz();
  recording.duration_s = static_cast<double>(stream.frames()) / stream.sample_rate_hz();
  return recording;
}

void attach(Recording& recording, const fs::path& log, const ingest::LogOptions& reading) {
  const ingest::LogKind kind = ingest::log_kind(log, reading);
  if (kind.orientations) {
    if (!recording.pose.empty()) {
      throw core::UsageError(fmt::format("{} has two logs of orientations: {} and {}",
                                         recording.audio.front().string(), recording.pose.string(),
                                         log.string()));
    }
    recording.pose = log;
  }
  if (!kind.inertial) return;
  if (recording.imu.empty()) {
    recording.imu = log;
  } else {
    recording.imu_beside.push_back(log);
  }
}

void check(const std::vector<Recording>& recordings) {
  for (std::size_t i = 0; i < recordings.size(); ++i) {
    const Recording& recording = recordings[i];
    const std::string audio = recording.audio.front().string();
    if (recording.pose.empty() && recording.imu.empty()) {
      throw core::UsageError(
          fmt::format("{} has no log: name its inertial log or orientations behind it", audio));
    }
    if (recording.channels != recordings.front().channels) {
      throw core::InputError(fmt::format(
          "{}: expected {} channels as in {}, found {}", audio, recordings.front().channels,
          recordings.front().audio.front().string(), recording.channels));
    }
    for (std::size_t k = 0; k < i; ++k) {
      if (recordings[k].name != recording.name) continue;
      throw core::UsageError(fmt::format("{} and {}: two recordings have the same name; rename one",
                                         recordings[k].audio.front().string(), audio));
    }
  }
}

}  // namespace

std::vector<fs::path> Recording::files() const {
  std::vector<fs::path> all = audio;
  for (const fs::path& log : {pose, imu}) {
    if (!log.empty() && std::find(all.begin(), all.end(), log) == all.end()) all.push_back(log);
  }
  all.insert(all.end(), imu_beside.begin(), imu_beside.end());
  return all;
}

ImportOptions Recording::import_options(const ImportOptions& common) const {
  ImportOptions options = common;
  options.audio.clear();
  for (const fs::path& file : audio) options.audio.push_back(file.string());
  options.pose = pose;
  options.imu = imu;
  options.imu_beside = imu_beside;
  return options;
}

std::vector<Recording> sort_recordings(const std::vector<std::string>& names,
                                       const ImportOptions& common) {
  ingest::LogOptions reading;
  static_cast<formats::LogReading&>(reading) = to_log_reading(common);
  std::vector<Recording> recordings;
  std::vector<std::size_t> without_log;  // indices of recordings
  std::vector<fs::path> logs;
  std::vector<std::size_t> owner;  // [logs], number of recordings without log named before the log
  for (const Item& item : list_items(names, reading)) {
    if (item.audio) {
      if (!item.has_logs()) without_log.push_back(recordings.size());
      recordings.push_back(open_recording(item, common));
    } else {
      logs.push_back(item.files.front());
      owner.push_back(without_log.size());
    }
  }
  if (recordings.empty()) throw core::UsageError("name at least one audio file and its log");
  if (!logs.empty() && without_log.empty()) {
    throw core::UsageError(logs.front().string() + ": all recordings have their logs in folders");
  }
  const bool one_each = logs.size() == without_log.size();
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const std::size_t place = one_each ? i : std::max<std::size_t>(1, owner[i]) - 1;
    attach(recordings[without_log[place]], logs[i], reading);
  }
  check(recordings);
  return recordings;
}

}  // namespace commands::device
