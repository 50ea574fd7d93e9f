#include "io/audio_chunks.h"

#include <algorithm>

#include "core/errors.h"
#include "io/byte_order.h"

namespace io {
namespace {

/// Largest number of chunks that is looked at. A file with more is damaged.
constexpr std::size_t kMaxChunks = 10000;

std::optional<Chunk> chunk_at(FileBytes& file, const ChunkRule& rule, std::uint64_t at) {
  if (at + rule.header_bytes() > file.size()) return std::nullopt;
  Chunk chunk{file.text(at, 4), at + rule.header_bytes(),
              file.number(at + rule.name_bytes, rule.size_bytes, rule.big_endian)};
  if (rule.size_counts_header) {
    chunk.stated -= std::min<std::uint64_t>(chunk.stated, rule.header_bytes());
  }
  return chunk;
}

bool printable(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

std::string FileBytes::text(std::uint64_t at, std::size_t count) const {
  std::string bytes(at < size() ? std::min<std::uint64_t>(count, size() - at) : 0, '\0');
  bytes.resize(file_.read_at(at, bytes));
  return bytes;
}

std::uint64_t FileBytes::number(std::uint64_t at, std::size_t count, bool big_endian) const {
  const std::string bytes = text(at, count);
  if (bytes.size() < count) fail("truncated: the file ends inside its header");
  return big_endian ? big_endian_number(bytes) : little_endian_number(bytes);
}

void FileBytes::fail(const std::string& message) const {
  throw core::InputError(file_.path().string() + ": " + message);
}

std::optional<std::uint64_t> after_chunk(const FileBytes& file, const ChunkRule& rule,
                                         const Chunk& chunk) {
  if (chunk.stated > file.size() - chunk.begin) return std::nullopt;
  const std::uint64_t end = chunk.begin + chunk.stated;
  return end + (rule.alignment - end % rule.alignment) % rule.alignment;
}

void find_samples(FileBytes& file, const ChunkRule& rule, std::uint64_t at,
                  const std::function<bool(const Chunk&)>& visit) {
  for (std::size_t i = 0; i < kMaxChunks; ++i) {
    const std::optional<Chunk> chunk = chunk_at(file, rule, at);
    if (!chunk) break;
    if (visit(*chunk)) return;
    const std::optional<std::uint64_t> next = after_chunk(file, rule, *chunk);
    if (!next) break;
    at = *next;
  }
  file.fail("truncated: the file ends before its samples");
}

std::uint64_t unexplained_from(FileBytes& file, const ChunkRule& rule, std::uint64_t at) {
  for (std::size_t i = 0; i < kMaxChunks && at < file.size(); ++i) {
    const std::optional<Chunk> chunk = chunk_at(file, rule, at);
    if (!chunk || !printable(chunk->name)) break;
    const std::optional<std::uint64_t> next = after_chunk(file, rule, *chunk);
    if (!next) break;
    at = *next;
  }
  return file.size() - std::min(at, file.size());
}

}  // namespace io
