/// The folder of a training's checkpoints: the last three are kept, the newest sound one is found
/// by looking.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "formats/checkpoint_file.h"

namespace formats {

/// Owns the folder while it lives: a second process that tries gets an error. The lock is the
/// kernel's, so a killed process leaves none behind.
class CheckpointFolder {
 public:
  /// Makes the folder if it is missing, and removes what a killed process left half-written.
  /// @throws core::IoError  cannot be made or written; core::UsageError  in use by another process
  explicit CheckpointFolder(std::filesystem::path folder);
  ~CheckpointFolder();
  CheckpointFolder(const CheckpointFolder&) = delete;
  CheckpointFolder& operator=(const CheckpointFolder&) = delete;

  /// True for the names of the files that this class writes into the folder and removes from it.
  static bool owns(const std::string& name);

  /// Whether it holds any checkpoint, sound or not.
  bool empty() const { return checkpoints().empty(); }

  /// The newest sound checkpoint; damaged ones are named in a warning and passed over.
  /// @throws core::InputError if there are checkpoints and none of them is sound
  std::optional<Checkpoint> newest() const;

  /// Adds a checkpoint and removes all but the last three. @throws core::IoError
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
