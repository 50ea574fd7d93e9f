#include "commands/device_recordings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "core/errors.h"
#include "core/files.h"
#include "ingest/log_kind.h"
#include "io/audio.h"
#include "io/audio_stream.h"

namespace commands {
namespace {

namespace fs = std::filesystem;

/// The files that the names stand for. Of a folder these are its audio files, each followed by its
/// logs.
std::vector<fs::path> expand(const std::vector<std::string>& names) {
  std::vector<fs::path> files;
  for (const std::string& name : names) {
    if (!fs::is_directory(name)) {
      for (const fs::path& path : core::expand_inputs({name})) files.push_back(path);
      continue;
    }
    std::vector<fs::path> audio;
    for (const auto& entry : fs::directory_iterator(name)) {
      if (io::looks_like_audio(entry.path())) audio.push_back(entry.path());
    }
    std::sort(audio.begin(), audio.end());
    if (audio.empty()) throw core::InputError(name + ": the folder holds no audio files");
    for (const fs::path& path : audio) {
      files.push_back(path);
      for (const char* ending : {".pose.csv", ".imu.csv", ".csv"}) {
        fs::path log = path;
        if (fs::is_regular_file(log.replace_extension(ending))) files.push_back(log);
      }
    }
  }
  return files;
}

void attach(DeviceRecording& recording, const fs::path& log) {
  const ingest::LogKind kind = ingest::log_kind(log);
  const auto set = [&](fs::path& place, const char* what) {
    if (!place.empty()) {
      throw core::UsageError(fmt::format("{} has two logs of {}: {} and {}",
                                         recording.audio.string(), what, place.string(),
                                         log.string()));
    }
    place = log;
  };
  if (kind.orientations) set(recording.pose, "orientations");
  if (kind.inertial) set(recording.imu, "inertial samples");
}

DeviceRecording open_recording(const fs::path& path) {
  const io::AudioStream stream(path);
  DeviceRecording recording;
  recording.name = path.stem().string();
  recording.audio = path;
  recording.channels = stream.channels();
  recording.rate_hz = stream.sample_rate_hz();
  recording.duration_s = static_cast<double>(stream.frames()) / stream.sample_rate_hz();
  return recording;
}

void check(const std::vector<DeviceRecording>& recordings) {
  for (std::size_t i = 0; i < recordings.size(); ++i) {
    const DeviceRecording& recording = recordings[i];
    if (recording.pose.empty() && recording.imu.empty()) {
      throw core::UsageError(
          fmt::format("{} has no log: name its inertial log or orientations behind it",
                      recording.audio.string()));
    }
    if (recording.channels != recordings.front().channels) {
      throw core::InputError(fmt::format("{}: expected {} channels as in {}, found {}",
                                         recording.audio.string(), recordings.front().channels,
                                         recordings.front().audio.string(), recording.channels));
    }
    for (std::size_t k = 0; k < i; ++k) {
      if (recordings[k].name != recording.name) continue;
      throw core::UsageError(fmt::format("{} and {}: two recordings have the same name; rename one",
                                         recordings[k].audio.string(), recording.audio.string()));
    }
  }
}

}  // namespace

std::vector<DeviceRecording> sort_recordings(const std::vector<std::string>& names) {
  std::vector<DeviceRecording> recordings;
  std::vector<fs::path> logs;
  std::vector<std::size_t> owner;  // [logs], the recording named before the log
  for (const fs::path& path : expand(names)) {
    if (io::looks_like_audio(path)) {
      recordings.push_back(open_recording(path));
    } else {
      logs.push_back(path);
      owner.push_back(recordings.empty() ? 0 : recordings.size() - 1);
    }
  }
  if (recordings.empty()) throw core::UsageError("name at least one audio file and its log");
  const bool one_each = logs.size() == recordings.size();
  for (std::size_t i = 0; i < logs.size(); ++i) {
    attach(recordings[one_each ? i : owner[i]], logs[i]);
  }
  check(recordings);
  return recordings;
}

}  // namespace commands
