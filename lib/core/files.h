/// A file that appears whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace core {

/// An output under construction: `OUT.tmp.PID` beside OUT, renamed over OUT by commit(), removed
/// otherwise. commit() flushes the file and its folder to disk, so that after a crash OUT is the
/// old or the new file.
class AtomicFile {
 public:
  /// Reserves the temporary name. @throws IoError if the folder is missing or not writable
  explicit AtomicFile(std::filesystem::path out);
  ~AtomicFile();
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;

  const std::filesystem::path& temporary() const { return temporary_; }
  const std::filesystem::path& target() const { return target_; }

  /// fsync, rename, fsync of the folder. @throws IoError; the target is then untouched
  void commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path temporary_;
  bool pending_ = false;
};

/// Makes a folder and those above it, unless it is there. @throws IoError
void make_folder(const std::filesystem::path& folder);

/// Writes text to a file atomically. @throws IoError
void write_text_file(const std::filesystem::path& out, std::string_view text);

/// Reads a whole text file. @throws InputError if it is missing, IoError if it cannot be read
std::string read_text_file(const std::filesystem::path& path);

/// Expands files and quoted globs (`'part-*.h5'`) in the order given, globs sorted by name.
/// @throws InputError if a name or pattern matches nothing
std::vector<std::filesystem::path> expand_inputs(const std::vector<std::string>& patterns);

/// @throws UsageError if `out` is one of `inputs` (also through links): outputs never overwrite
/// inputs
void refuse_to_overwrite_inputs(const std::filesystem::path& out,
                                const std::vector<std::filesystem::path>& inputs);

}  // namespace core
