#include "core/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "core/errors.h"

namespace core {
namespace {

namespace fs = std::filesystem;

/// Closes a descriptor on every way out.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

std::string reason() { return std::strerror(errno); }

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

void flush_to_disk(const fs::path& path, int flags) {
  const Descriptor descriptor(::open(path.c_str(), flags | O_CLOEXEC));
  if (descriptor.get() < 0)
    throw IoError(fmt::format("{}: cannot open: {}", path.string(), reason()));
  // Some file systems cannot flush folders and report EINVAL. Nothing more can be done there.
  if (::fsync(descriptor.get()) != 0 && errno != EINVAL) {
    throw IoError(fmt::format("{}: cannot flush to disk: {}", path.string(), reason()));
  }
}

}  // namespace

AtomicFile::AtomicFile(fs::path out) : target_(std::move(out)) {
  std::error_code ignored;
  if (target_.filename().empty() || fs::is_directory(target_, ignored)) {
    throw IoError(fmt::format("{}: is a folder; give a file name", target_.string()));
  }
  temporary_ = target_;
  temporary_ += fmt::format(".tmp.{}", ::getpid());
  const Descriptor descriptor(
      ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (descriptor.get() < 0) {
    throw IoError(fmt::format("{}: cannot write in folder {}: {}", target_.string(),
                              folder_of(target_).string(), reason()));
  }
  pending_ = true;
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : target_(std::move(other.target_)),
      temporary_(std::move(other.temporary_)),
      pending_(std::exchange(other.pending_, false)) {}

AtomicFile::~AtomicFile() {
  if (pending_) ::unlink(temporary_.c_str());
}

void AtomicFile::commit() {
  flush_to_disk(temporary_, O_RDWR);
  if (std::rename(temporary_.c_str(), target_.c_str()) != 0) {
    throw IoError(fmt::format("{}: cannot rename {} over it: {}", target_.string(),
                              temporary_.string(), reason()));
  }
  pending_ = false;
  flush_to_disk(folder_of(target_), O_RDONLY | O_DIRECTORY);
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error && fs::is_directory(folder, error)) return;
  throw IoError(fmt::format("{}: cannot make the folder: {}", folder.string(),
                            error ? error.message() : "a file has this name"));
}

void write_text_file(const fs::path& out, std::string_view text) {
  AtomicFile file(out);
  std::ofstream stream(file.temporary(), std::ios::binary);
  stream.write(text.data(), static_cast<std::streamsize>(text.size()));
  stream.close();
  if (!stream) throw IoError(fmt::format("{}: cannot write (disk full?)", out.string()));
  file.commit();
}

void write_stdout(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written || std::fflush(stdout) != 0) {
    throw IoError(fmt::format("standard output: cannot write: {}", reason()));
  }
}

std::string read_text_file(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) throw InputError(fmt::format("{}: no such file", path.string()));
  if (fs::is_directory(path, ignored)) {
    throw InputError(fmt::format("{}: expected a file, found a folder", path.string()));
  }
  std::ifstream stream(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream.good() && !stream.eof()) {
    throw IoError(fmt::format("{}: cannot read: {}", path.string(), reason()));
  }
  return text;
}

std::vector<fs::path> expand_inputs(const std::vector<std::string>& patterns) {
  std::vector<fs::path> paths;
  for (const std::string& pattern : patterns) {
    std::error_code ignored;
    if (fs::exists(pattern, ignored)) {
      paths.emplace_back(pattern);
      continue;
    }
    glob_t matches{};
    const int status = ::glob(pattern.c_str(), 0, nullptr, &matches);
    for (std::size_t i = 0; status == 0 && i < matches.gl_pathc; ++i) {
      paths.emplace_back(matches.gl_pathv[i]);
    }
    ::globfree(&matches);
    if (status != 0) throw InputError(fmt::format("{}: no such file", pattern));
  }
  return paths;
}

}  // namespace core
