/// The recordings of csl-calibrate: which logs belong to which audio files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "commands/import_options.h"

namespace commands::device {

/// One recording of a device with its logs.
struct Recording {
  std::string name;                               ///< of the audio, without folder and ending
  std::vector<std::filesystem::path> audio;       ///< one file, or one for each microphone
  std::filesystem::path pose;                     ///< orientations; may be empty if imu is not
  std::filesystem::path imu;                      ///< inertial samples; may be empty if pose is not
  std::vector<std::filesystem::path> imu_beside;  ///< further sensors' own files
  std::size_t channels = 0;
  double rate_hz = 0.0;
  double duration_s = 0.0;

  /// All files of the recording.
  std::vector<std::filesystem::path> files() const;
  /// The options with which this recording is read.
  ImportOptions import_options(const ImportOptions& common) const;
};

/// Sorts names into recordings. Audio files are told from logs by their names' endings, logs of
/// orientations from inertial logs by their columns. A list with commas names one file for each
/// microphone. With as many logs as recordings, the first log belongs to the first recording and so
/// on; otherwise each log belongs to the recording named before it. A folder stands for its
/// recordings with their logs (ingest::list_recordings).
/// @param common  says how audio and logs are read
/// @throws core::UsageError  if a recording has no log, or two of orientations; if a log is named
///                           beside nothing but folders
/// @throws core::InputError  if a file is missing, is no audio or no motion log, or the recordings
///                           differ in their number of channels
std::vector<Recording> sort_recordings(const std::vector<std::string>& names,
                                       const ImportOptions& common);

}  // namespace commands::device
