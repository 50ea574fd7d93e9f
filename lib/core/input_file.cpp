#include "core/input_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "core/errors.h"

namespace core {
namespace {

/// What a path names in place of a regular file, for messages; null: a regular file.
const char* other_kind(mode_t mode) {
  if (S_ISREG(mode)) return nullptr;
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a FIFO; write its data to a file first";
  return S_ISSOCK(mode) ? "a socket" : "a device";
}

void require_regular(const std::filesystem::path& path, const struct stat& info) {
  if (const char* kind = other_kind(info.st_mode)) {
    throw InputError(fmt::format("{}: expected a file, found {}", path.string(), kind));
  }
}

[[noreturn]] void refuse(const std::filesystem::path& path) {
  const int reason = errno;
  if (reason == ENOENT || reason == ENOTDIR) {
    throw InputError(fmt::format("{}: no such file", path.string()));
  }
  throw IoError(fmt::format("{}: cannot be read: {}", path.string(), std::strerror(reason)));
}

}  // namespace

void require_regular_file(const std::filesystem::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) refuse(path);
  require_regular(path, info);
}

InputFile::InputFile(std::filesystem::path path) : path_(std::move(path)) {
  require_regular_file(path_);
  // O_NONBLOCK has no effect on files. If a FIFO has taken the name, opening it must not wait.
  descriptor_ = Descriptor(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!descriptor_.valid()) refuse(path_);
  struct stat info {};
  if (::fstat(descriptor_.get(), &info) != 0) refuse(path_);
  require_regular(path_, info);
  size_ = static_cast<std::uint64_t>(info.st_size);
}

std::size_t InputFile::read_at(std::uint64_t offset, std::span<char> bytes) const {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::pread(descriptor_.get(), bytes.data() + done, bytes.size() - done,
                                static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw IoError(fmt::format("{}: cannot be read: {}", path_.string(), std::strerror(errno)));
    }
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

}  // namespace core
