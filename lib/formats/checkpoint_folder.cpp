#include "formats/checkpoint_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include "core/errors.h"
#include "core/log.h"
#include "io/container.h"

namespace formats {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kKept = 3;
constexpr const char* kPrefix = "step-";
constexpr const char* kSuffix = ".checkpoint.h5";

/// A name with ten digits, so that names sort like numbers.
std::string file_name(std::uint64_t step) {
  return fmt::format("{}{:010}{}", kPrefix, step, kSuffix);
}

bool is_checkpoint(const std::string& name) {
  return name.starts_with(kPrefix) && name.ends_with(kSuffix);
}

bool is_leftover(const std::string& name) {
  return name.starts_with(kPrefix) && name.find(std::string(kSuffix) + ".tmp.") != name.npos;
}

}  // namespace

CheckpointFolder::CheckpointFolder(fs::path folder) : folder_(std::move(folder)) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error || !fs::is_directory(folder_)) {
    throw core::IoError(fmt::format("--checkpoint {}: cannot make the folder: {}", folder_.string(),
                                    error ? error.message() : "a file has this name"));
  }
  lock_ = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock_ < 0 || ::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    const int reason = errno;
    if (lock_ >= 0) ::close(lock_);
    if (reason == EWOULDBLOCK) {
      throw core::UsageError(
          fmt::format("--checkpoint {}: another csl-train is using this folder", folder_.string()));
    }
    throw core::IoError(
        fmt::format("--checkpoint {}: {}", folder_.string(), std::strerror(reason)));
  }
  remove_leftovers();
}

bool CheckpointFolder::owns(const std::string& name) {
  return is_checkpoint(name) || is_leftover(name);
}

CheckpointFolder::~CheckpointFolder() { ::close(lock_); }

void CheckpointFolder::remove_leftovers() const {
  for (const auto& entry : fs::directory_iterator(folder_)) {
    std::error_code ignored;
    if (is_leftover(entry.path().filename().string())) fs::remove(entry.path(), ignored);
  }
}

std::vector<fs::path> CheckpointFolder::checkpoints() const {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    if (is_checkpoint(entry.path().filename().string())) found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

std::optional<Checkpoint> CheckpointFolder::newest() const {
  const std::vector<fs::path> found = checkpoints();
  for (std::size_t i = found.size(); i-- > 0;) {
    try {
      io::check_digest(found[i]);
      return read_checkpoint(found[i]);
    } catch (const core::InputError& error) {
      core::log_warning("checkpoint skipped: {}", error.what());
    }
  }
  if (found.empty()) return std::nullopt;
  throw core::InputError(
      fmt::format("--checkpoint {}: none of its {} checkpoints is valid; empty the folder to start "
                  "again",
                  folder_.string(), found.size()));
}

void CheckpointFolder::add(const core::Provenance& provenance, const Checkpoint& checkpoint) {
  write_checkpoint(folder_ / file_name(checkpoint.trainer.steps_done), provenance, checkpoint);
  const std::vector<fs::path> found = checkpoints();
  for (std::size_t i = 0; i + kKept < found.size(); ++i) {
    std::error_code ignored;  // a checkpoint too many does no harm
    fs::remove(found[i], ignored);
  }
}

}  // namespace formats
