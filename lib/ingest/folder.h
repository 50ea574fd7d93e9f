/// Folders of recordings with their logs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ingest {

/// One recording of a folder.
struct FolderRecording {
  std::string id;                            ///< ID of ID.pose.csv, ID.imu.csv and ID.truth.csv.
  std::vector<std::filesystem::path> files;  ///< One, or one for each microphone in their order.
};

/// Lists the recordings of a folder, sorted by id. The audio files have any ending of
/// io::looks_like_audio(). A recording is one file ID.wav, or files ID.1.wav, ID.2.wav, ... with one
/// channel each, where ID_1.wav, ID-ch1.wav, ID.Tr1.wav, ID mic 1.wav and the like also count.
/// @throws core::InputError  if the folder has no audio file, if a file has no log, if two files
///                           have the same id, or if the numbers of microphones have gaps
std::vector<FolderRecording> list_recordings(const std::filesystem::path& folder);

}  // namespace ingest
