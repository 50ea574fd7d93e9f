/// Folders of recordings with their logs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ingest/options.h"

namespace ingest {

/// The path if it is a regular file, otherwise an empty path.
std::filesystem::path existing_file(const std::filesystem::path& path);

/// One recording of a folder.
struct FolderRecording {
  std::string id;                            ///< ID of ID.pose.csv, ID.imu.csv and ID.truth.csv.
  std::vector<std::filesystem::path> files;  ///< One, or one for each microphone in their order.
  std::filesystem::path pose;                ///< Orientations; empty: only `imu`.
  std::filesystem::path imu;                 ///< Inertial samples; empty: only `pose`.
};

/// Lists the recordings of a folder, sorted by id. The audio files have any ending of
/// io::looks_like_audio(). A recording is one file ID.wav, or files ID.1.wav, ID.2.wav, ... with one
/// channel each, where ID_1.wav, ID-ch1.wav, ID.Tr1.wav, ID mic 1.wav and the like also count. Its
/// logs are ID.pose.csv with orientations, ID.imu.csv with inertial samples, or ID.csv, whose
/// columns decide (log_kind()). Beside another log, an ID.csv that is no motion log is left out with
/// a warning.
/// @param reading  of ID.csv: may name columns and a body
/// @throws core::InputError  if the folder has no audio file, if a file has no log or two logs of a
///                           kind, if two files have the same id, or if the numbers of microphones
///                           have gaps
/// @throws core::UsageError  if a column or body that `reading` names does not exist in an ID.csv
std::vector<FolderRecording> list_recordings(const std::filesystem::path& folder,
                                             const LogOptions& reading);

}  // namespace ingest
