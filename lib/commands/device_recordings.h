/// The recordings of csl-calibrate: which log belongs to which audio file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace commands {

/// One recording of a device with its log.
struct DeviceRecording {
  std::string name;  ///< audio file's name without folder and ending
  std::filesystem::path audio;
  std::filesystem::path pose;  ///< orientations; may be empty if imu is not
  std::filesystem::path imu;   ///< inertial samples; may be empty if pose is not
  std::size_t channels = 0;
  double rate_hz = 0.0;
  double duration_s = 0.0;
};

/// Sorts files into recordings. Audio files are told from logs by their names' endings, logs of
/// orientations from inertial logs by their columns. With as many logs as audio files, the first log
/// belongs to the first audio file and so on; otherwise each log belongs to the audio file named
/// before it. A folder stands for its audio files ID.wav with ID.pose.csv, ID.imu.csv or ID.csv.
/// @throws core::UsageError  if an audio file has no log, or two of the same kind
/// @throws core::InputError  if a file is missing, is no table of orientations or inertial samples,
///                           or the recordings differ in their number of channels
std::vector<DeviceRecording> sort_recordings(const std::vector<std::string>& files);

}  // namespace commands
