/// The folder with the checkpoints of one training.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "formats/checkpoint_file.h"

namespace formats {

/// A folder that keeps the last three checkpoints. While the object exists, no second process can
/// use the folder. The lock is a lock of the kernel, which ends with the process.
class CheckpointFolder {
 public:
  /// Makes the folder if it is missing, and removes temporary files of a killed process.
  /// @throws core::IoError     if the folder cannot be made or written
  /// @throws core::UsageError  if another process uses the folder
  explicit CheckpointFolder(std::filesystem::path folder);
  ~CheckpointFolder();
  CheckpointFolder(const CheckpointFolder&) = delete;
  CheckpointFolder& operator=(const CheckpointFolder&) = delete;

  /// True for the names of the files that this class writes into the folder and removes from it.
  static bool owns(const std::string& name);

  /// True if the folder holds no checkpoint, valid or not.
  bool empty() const { return checkpoints().empty(); }

  /// The newest valid checkpoint, or nothing if the folder has no checkpoint. A warning names each
  /// damaged checkpoint that is skipped.
  /// @throws core::InputError if there are checkpoints and none of them is valid
  std::optional<Checkpoint> newest() const;

  /// Writes a checkpoint and removes all but the last three. @throws core::IoError
  void add(const core::Provenance& provenance, const Checkpoint& checkpoint);

  const std::filesystem::path& path() const { return folder_; }

 private:
  /// Checkpoint files, oldest first.
  std::vector<std::filesystem::path> checkpoints() const;
  void remove_leftovers() const;

  std::filesystem::path folder_;
  int lock_ = -1;
};

}  // namespace formats
