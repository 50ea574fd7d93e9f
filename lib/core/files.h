/// Reading and writing of whole files, and lists of input files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace core {

/// An output that is written atomically. The caller writes the file `OUT.tmp.PID` beside OUT, and
/// commit() renames it to OUT. Without commit() the destructor removes it. commit() flushes the
/// file and its folder to disk: after a crash OUT is the old file or the whole new file.
class AtomicFile {
 public:
  /// Makes the empty temporary file. @throws IoError if the folder is missing or cannot be written
  explicit AtomicFile(std::filesystem::path out);
  ~AtomicFile();
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;

  const std::filesystem::path& temporary() const { return temporary_; }
  const std::filesystem::path& target() const { return target_; }

  /// Flushes the file, renames it and flushes the folder. @throws IoError; the target is then
  /// unchanged
  void commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path temporary_;
  bool pending_ = false;
};

/// Makes a folder and the folders above it if they do not exist. @throws IoError
void make_folder(const std::filesystem::path& folder);

/// Writes text to a file atomically. @throws IoError
void write_text_file(const std::filesystem::path& out, std::string_view text);

/// Writes text to standard output and flushes it, so that a full disk is noticed. @throws IoError
void write_stdout(std::string_view text);

/// Reads a whole text file. @throws InputError if it is missing, IoError if it cannot be read
std::string read_text_file(const std::filesystem::path& path);

/// Lists the files that names and quoted globs (`'part-*.h5'`) stand for, in the order given. The
/// matches of a glob are sorted by name.
/// @throws InputError if a name or pattern matches nothing
std::vector<std::filesystem::path> expand_inputs(const std::vector<std::string>& patterns);

}  // namespace core
