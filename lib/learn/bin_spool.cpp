#include "learn/bin_spool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "core/errors.h"

namespace learn {
namespace {

int open_nameless(const std::filesystem::path& folder) {
  const int file = ::open(folder.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
  if (file >= 0) return file;
  // Some file systems have no files without a name: make a named file and remove its name.
  std::string name = (folder / "csl-spool-XXXXXX").string();
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

}  // namespace

BinSpool::BinSpool(const std::filesystem::path& folder, std::size_t microphones)
    : folder_(folder.empty() ? "." : folder),
      microphones_(microphones),
      file_(open_nameless(folder_)) {
  if (file_ < 0) fail("make");
  ::posix_fadvise(file_, 0, 0, POSIX_FADV_RANDOM);  // reads are scattered
}

BinSpool::~BinSpool() { ::close(file_); }

void BinSpool::fail(const char* doing) const {
  throw core::IoError(fmt::format(
      "{}: cannot {} the temporary file for features beyond --memory: {}; free space there, or "
      "raise --memory",
      folder_.string(), doing, std::strerror(errno)));
}

void BinSpool::append(std::span<const std::complex<float>> stft) {
  const auto bytes = std::as_bytes(stft);
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t count = ::write(file_, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) fail("write");
    done += static_cast<std::size_t>(count);
  }
  bins_ += stft.size() / microphones_;
}

void BinSpool::read(std::size_t first, std::span<std::complex<float>> stft) const {
  const auto bytes = std::as_writable_bytes(stft);
  const std::size_t offset = first * microphones_ * sizeof(std::complex<float>);
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t count =
        ::pread(file_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) fail("read");
    done += static_cast<std::size_t>(count);
  }
}

void BinSpool::gather(std::span<const std::uint32_t> bins,
                      std::span<std::complex<float>> stft) const {
  const std::size_t bin_bytes = microphones_ * sizeof(std::complex<float>);
  for (const std::uint32_t bin : bins) {
    ::posix_fadvise(file_, static_cast<off_t>(bin * bin_bytes), static_cast<off_t>(bin_bytes),
                    POSIX_FADV_WILLNEED);
  }
  for (std::size_t i = 0; i < bins.size(); ++i) {
    read(bins[i], stft.subspan(i * microphones_, microphones_));
  }
}

}  // namespace learn
