#include "core/atomic_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

#include "core/errors.h"

namespace core {
namespace {

namespace fs = std::filesystem;

/// Between an output's name and the random part of its temporary file's name.
constexpr std::string_view kMark = ".tmp.";
/// Hexadecimal digits of the random part: 64 bits that nobody can guess.
constexpr std::size_t kDigits = 16;
/// A chain of more links is a circle; Linux follows 40.
constexpr int kMostLinks = 40;
/// New names after one that is taken. Even the second one means that something is wrong.
constexpr int kMostNames = 100;

std::string reason() { return std::strerror(errno); }

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

std::string random_digits() {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, 0) != static_cast<ssize_t>(sizeof number)) {
    throw IoError(fmt::format("no random name for a temporary file: {}", reason()));
  }
  return fmt::format("{:0{}x}", number, kDigits);
}

/// Locks the whole file for this open file. The lock ends with the descriptor, so also when the
/// program is killed. @return  false if another program holds it or the file system has no locks
bool lock(const Descriptor& file, int command) {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  int result = -1;
  do {
    result = ::fcntl(file.get(), command, &whole);
  } while (result != 0 && errno == EINTR);
  return result == 0;
}

/// The output that a temporary file belongs to; empty for other files.
std::string output_of(const std::string& name) {
  if (name.size() <= kMark.size() + kDigits) return "";
  const std::size_t mark = name.size() - kMark.size() - kDigits;
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  const bool ours = name.compare(mark, kMark.size(), kMark) == 0 &&
                    std::all_of(name.begin() + static_cast<std::ptrdiff_t>(mark + kMark.size()),
                                name.end(), is_digit);
  return ours ? name.substr(0, mark) : "";
}

void remove_unless_locked(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat info {};
  if (!file.valid() || ::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) return;
  if (lock(file, F_OFD_SETLK)) ::unlink(path.c_str());
}

void flush_folder(const fs::path& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.valid()) {
    throw IoError(fmt::format("{}: cannot open: {}", folder.string(), reason()));
  }
  // Some file systems cannot flush folders and report EINVAL. Nothing more can be done there.
  if (::fsync(descriptor.get()) != 0 && errno != EINVAL) {
    throw IoError(fmt::format("{}: cannot flush to disk: {}", folder.string(), reason()));
  }
}

}  // namespace

fs::path follow_links(const fs::path& out) {
  fs::path place = out;
  std::error_code error;
  for (int links = 0; links < kMostLinks; ++links) {
    if (!fs::is_symlink(fs::symlink_status(place, error))) return place;
    const fs::path next = fs::read_symlink(place, error);
    if (error) throw IoError(fmt::format("{}: cannot read the link", place.string()));
    place = next.is_absolute() ? next : place.parent_path() / next;
  }
  throw IoError(fmt::format("{}: its symbolic links form a circle", out.string()));
}

AtomicFile::AtomicFile(fs::path out) : target_(std::move(out)), place_(follow_links(target_)) {
  std::error_code ignored;
  const fs::file_status status = fs::status(place_, ignored);
  if (place_.filename().empty() || fs::is_directory(status)) {
    throw IoError(fmt::format("{}: is a folder; give a file name", target_.string()));
  }
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    throw IoError(
        fmt::format("{}: is a device or a FIFO, and this output needs a file; give a "
                    "file name",
                    target_.string()));
  }
  make_temporary();
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : target_(std::move(other.target_)),
      place_(std::move(other.place_)),
      temporary_(std::exchange(other.temporary_, {})),
      descriptor_(std::move(other.descriptor_)) {}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::make_temporary() {
  std::error_code ignored;
  // What replaces a private file is private from the beginning.
  const mode_t mode = fs::exists(place_, ignored) ? 0600 : 0666;
  for (int names = 0; names < kMostNames; ++names) {
    fs::path name = place_;
    name += std::string(kMark) + random_digits();
    descriptor_ =
        Descriptor(::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!descriptor_.valid() && errno == EEXIST) continue;
    if (!descriptor_.valid()) {
      throw IoError(fmt::format("{}: cannot write in folder {}: {}", target_.string(),
                                folder_of(place_).string(), reason()));
    }
    // Between its making and its lock the file looks abandoned, and another program may remove it.
    lock(descriptor_, F_OFD_SETLKW);
    struct stat info {};
    if (::fstat(descriptor_.get(), &info) != 0 || info.st_nlink == 0) continue;
    temporary_ = name;
    return;
  }
  throw IoError(fmt::format("{}: cannot make a temporary file beside it", target_.string()));
}

void AtomicFile::write(std::string_view bytes, std::uint64_t offset) const {
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(descriptor_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      throw IoError(fmt::format("{}: cannot write: {}", target_.string(), reason()));
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
}

/// Gives the new file the permissions of the file that it replaces. Changing the owner takes away
/// set-user-ID bits, so it comes first.
void AtomicFile::keep_permissions() const {
  struct stat old {};
  struct stat own {};
  if (::stat(place_.c_str(), &old) != 0) return;
  if (::fstat(descriptor_.get(), &own) == 0 &&
      (own.st_uid != old.st_uid || own.st_gid != old.st_gid)) {
    // Only the superuser may give files away. For everybody else the file is their own.
    [[maybe_unused]] const int ignored = ::fchown(descriptor_.get(), old.st_uid, old.st_gid);
  }
  if (::fchmod(descriptor_.get(), old.st_mode & 07777) != 0) {
    throw IoError(fmt::format("{}: cannot keep its permissions: {}", target_.string(), reason()));
  }
}

/// Somebody else may have put another file in place of the temporary one.
void AtomicFile::require_own_temporary() const {
  struct stat named {};
  struct stat own {};
  if (::lstat(temporary_.c_str(), &named) == 0 && ::fstat(descriptor_.get(), &own) == 0 &&
      named.st_dev == own.st_dev && named.st_ino == own.st_ino) {
    return;
  }
  throw IoError(fmt::format("{}: its temporary file {} was removed or replaced", target_.string(),
                            temporary_.string()));
}

void AtomicFile::commit() {
  require_own_temporary();
  keep_permissions();
  if (::fsync(descriptor_.get()) != 0 && errno != EINVAL) {
    throw IoError(fmt::format("{}: cannot flush to disk: {}", target_.string(), reason()));
  }
  if (std::rename(temporary_.c_str(), place_.c_str()) != 0) {
    throw IoError(fmt::format("{}: cannot rename {} over it: {}", target_.string(),
                              temporary_.string(), reason()));
  }
  temporary_.clear();
  descriptor_ = Descriptor();
  flush_folder(folder_of(place_));
}

void remove_leftovers(const fs::path& folder, const std::function<bool(const std::string&)>& owns) {
  std::error_code error;
  for (fs::directory_iterator at(folder.empty() ? "." : folder, error), end; !error && at != end;
       at.increment(error)) {
    const std::string output = output_of(at->path().filename().string());
    if (!output.empty() && owns(output)) remove_unless_locked(at->path());
  }
}

}  // namespace core
