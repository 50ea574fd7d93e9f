/// Outputs that are written whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "core/descriptor.h"

namespace core {

/// The place that an output gets: `out`, or what its symbolic links lead to, whether it exists or
/// not. @throws IoError  if the links form a circle
std::filesystem::path follow_links(const std::filesystem::path& out);

/// An output that is written atomically. The caller writes the file temporary(), which lies beside
/// the output and has a random name, and commit() renames it. Without commit() the destructor
/// removes it. commit() flushes the file and its folder to disk: after a crash the output is the
/// old file or the whole new file. An output that is a symbolic link keeps being one: the file that
/// it leads to is replaced. A file that is replaced keeps its permissions and, where the system
/// allows it, its owner.
class AtomicFile {
 public:
  /// Makes the empty temporary file and locks it, so that remove_leftovers() knows that it is in
  /// use.
  /// @throws IoError  if the folder is missing or cannot be written, or if the output is a folder,
  ///                  a FIFO or a device, which a rename would destroy
  explicit AtomicFile(std::filesystem::path out);
  ~AtomicFile();
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;

  const std::filesystem::path& temporary() const { return temporary_; }
  const std::filesystem::path& target() const { return target_; }

  /// Writes bytes to the temporary file from `offset` on. @throws IoError
  void write(std::string_view bytes, std::uint64_t offset = 0) const;

  /// Flushes the file, renames it and flushes the folder. @throws IoError; unless only the flush of
  /// the folder failed, the target is unchanged
  void commit();

 private:
  void make_temporary();
  void keep_permissions() const;
  void require_own_temporary() const;

  std::filesystem::path target_;     ///< as the user named it
  std::filesystem::path place_;      ///< behind its symbolic links
  std::filesystem::path temporary_;  ///< beside place_; empty: none
  Descriptor descriptor_;            ///< of the temporary file; it holds the lock
};

/// Removes temporary files that killed programs left behind. Files that a running program writes
/// are locked and stay.
/// @param folder  may be missing
/// @param owns    tells which outputs count, by their name without folder
void remove_leftovers(const std::filesystem::path& folder,
                      const std::function<bool(const std::string& name)>& owns);

}  // namespace core
