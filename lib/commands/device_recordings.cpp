#include "commands/device_recordings.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/errors.h"
#include "core/files.h"
#include "ingest/folder.h"
#include "ingest/log_kind.h"
#include "ingest/recording_stream.h"
#include "io/audio.h"

namespace commands {
namespace {

namespace fs = std::filesystem;

/// What one name stands for: the files of one recording's audio, or a log.
struct Item {
  bool audio = false;
  std::string name;  ///< of the recording
  std::vector<fs::path> files;
};

void add_folder(const fs::path& folder, std::vector<Item>& items) {
  for (const ingest::FolderRecording& recording : ingest::list_recordings(folder)) {
    items.push_back({true, recording.id, recording.files});
    for (const char* ending : {".pose.csv", ".imu.csv", ".csv"}) {
      const fs::path log = (folder / recording.id).string() + ending;
      if (fs::is_regular_file(log)) items.push_back({false, "", {log}});
    }
  }
}

/// One file for each microphone: "a.wav,b.wav".
void add_list(const std::string& text, std::vector<Item>& items) {
  Item item{true, "", {}};
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t comma = std::min(text.find(',', start), text.size());
    item.files.emplace_back(text.substr(start, comma - start));
    start = comma + 1;
  }
  item.name = item.files.front().stem().string();
  items.push_back(std::move(item));
}

std::vector<Item> list_items(const std::vector<std::string>& names) {
  std::vector<Item> items;
  for (const std::string& name : names) {
    if (fs::is_directory(name)) {
      add_folder(name, items);
    } else if (!fs::exists(name) && name.find(',') != std::string::npos) {
      add_list(name, items);
    } else {
      for (const fs::path& path : core::expand_inputs({name})) {
        items.push_back({io::looks_like_audio(path), path.stem().string(), {path}});
      }
    }
  }
  return items;
}

DeviceRecording open_recording(const Item& item, const ImportOptions& common) {
  DeviceRecording recording;
  recording.name = item.name;
  recording.audio = item.files;
  const ingest::RecordingStream stream(to_audio_source(recording.import_options(common)));
  recording.channels = stream.channels();
  recording.rate_hz = stream.sample_rate_hz();
  recording.duration_s = static_cast<double>(stream.frames()) / stream.sample_rate_hz();
  return recording;
}

void attach(DeviceRecording& recording, const fs::path& log, const ingest::LogOptions& reading) {
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

void check(const std::vector<DeviceRecording>& recordings) {
  for (std::size_t i = 0; i < recordings.size(); ++i) {
    const DeviceRecording& recording = recordings[i];
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

std::vector<fs::path> DeviceRecording::files() const {
  std::vector<fs::path> all = audio;
  for (const fs::path& log : {pose, imu}) {
    if (!log.empty() && std::find(all.begin(), all.end(), log) == all.end()) all.push_back(log);
  }
  all.insert(all.end(), imu_beside.begin(), imu_beside.end());
  return all;
}

ImportOptions DeviceRecording::import_options(const ImportOptions& common) const {
  ImportOptions options = common;
  options.audio.clear();
  for (const fs::path& file : audio) options.audio.push_back(file.string());
  options.pose = pose;
  options.imu = imu;
  options.imu_beside = imu_beside;
  return options;
}

std::vector<DeviceRecording> sort_recordings(const std::vector<std::string>& names,
                                             const ImportOptions& common) {
  const std::vector<Item> items = list_items(names);
  std::vector<DeviceRecording> recordings;
  std::vector<fs::path> logs;
  std::vector<std::size_t> owner;  // [logs], the recording named before the log
  for (const Item& item : items) {
    if (item.audio) {
      recordings.push_back(open_recording(item, common));
    } else {
      logs.push_back(item.files.front());
      owner.push_back(recordings.empty() ? 0 : recordings.size() - 1);
    }
  }
  if (recordings.empty()) throw core::UsageError("name at least one audio file and its log");
  ingest::LogOptions reading;
  static_cast<formats::LogReading&>(reading) = to_log_reading(common);
  const bool one_each = logs.size() == recordings.size();
  for (std::size_t i = 0; i < logs.size(); ++i) {
    attach(recordings[one_each ? i : owner[i]], logs[i], reading);
  }
  check(recordings);
  return recordings;
}

}  // namespace commands
