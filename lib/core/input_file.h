/// Reading the bytes of a file. Every answer of the operating system is looked at, because a read
/// that failed must not look like the end of the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "core/descriptor.h"

namespace core {

/// Checks that a path names a regular file. Reading a FIFO or a device would wait or go on without
/// end, and its size is not known.
/// @throws InputError  if nothing has this name, or a folder, FIFO, socket or device has it
void require_regular_file(const std::filesystem::path& path);

/// A regular file that is open for reading.
class InputFile {
 public:
  /// @throws InputError  as require_regular_file(); IoError if the file cannot be opened
  explicit InputFile(std::filesystem::path path);

  const std::filesystem::path& path() const { return path_; }
  /// Size when the file was opened, bytes.
  std::uint64_t size() const { return size_; }
  /// Reads the bytes from `offset` on. @return number of bytes; less than asked for only at the end
  /// of the file
  /// @throws IoError  if reading fails
  std::size_t read_at(std::uint64_t offset, std::span<char> bytes) const;

 private:
  std::filesystem::path path_;
  Descriptor descriptor_;
  std::uint64_t size_ = 0;
};

}  // namespace core
