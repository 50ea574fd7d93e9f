/// Chunks of audio files: named pieces with stated sizes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "core/input_file.h"

namespace io {

/// Random access to the bytes of a file.
class FileBytes {
 public:
  explicit FileBytes(const std::filesystem::path& path) : file_(path) {}

  std::uint64_t size() const { return file_.size(); }
  /// `count` bytes at `at`; fewer at the end of the file.
  std::string text(std::uint64_t at, std::size_t count) const;
  /// A number of `count` bytes at `at`. @throws core::InputError  if the file ends before
  std::uint64_t number(std::uint64_t at, std::size_t count, bool big_endian) const;
  /// @throws core::InputError  with the file's name and the message, always
  [[noreturn]] void fail(const std::string& message) const;

 private:
  core::InputFile file_;
};

/// How a kind of file divides itself into chunks.
struct ChunkRule {
  std::size_t name_bytes = 4;
  std::size_t size_bytes = 4;
  bool big_endian = false;
  bool size_counts_header = false;  ///< The stated size counts name and size too (W64).
  std::uint64_t alignment = 2;      ///< Chunks start at multiples of this.

  std::size_t header_bytes() const { return name_bytes + size_bytes; }
};

struct Chunk {
  std::string name;          ///< First four bytes of its name.
  std::uint64_t begin = 0;   ///< First byte of its content.
  std::uint64_t stated = 0;  ///< Size of its content as stated.
};

/// Start of the next chunk; empty: the stated size reaches beyond the file.
std::optional<std::uint64_t> after_chunk(const FileBytes& file, const ChunkRule& rule,
                                         const Chunk& chunk);

/// Calls `visit` for each chunk from `at` on, until it returns true: it has found the samples.
/// @throws core::InputError  if the file ends before
void find_samples(FileBytes& file, const ChunkRule& rule, std::uint64_t at,
                  const std::function<bool(const Chunk&)>& visit);

/// Number of bytes from `at` to the end that are not whole chunks. Samples do not look like chunks.
std::uint64_t unexplained_from(FileBytes& file, const ChunkRule& rule, std::uint64_t at);

}  // namespace io
