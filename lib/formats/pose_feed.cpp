#include "formats/pose_feed.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <string_view>

#include "core/errors.h"
#include "so3/rotation.h"

namespace formats {
namespace {

using Clock = std::chrono::steady_clock;

/// Number of samples that are held ahead of the sound, a minute at 1 kHz; then the writer waits.
constexpr std::size_t kMaxAhead = 65536;
/// Time between two looks at whether a file has grown, ms.
constexpr int kGrowthPollMs = 5;
/// Longest line, characters: a file without line ends must not fill the memory.
constexpr std::size_t kMaxLine = 4096;

}  // namespace

PoseFeed::PoseFeed(const PoseFeedOptions& options, std::unique_ptr<OrientationLines> lines)
    : options_(options), lines_(std::move(lines)) {
  struct stat info {};
  const std::string name = options.path.string();
  if (::stat(name.c_str(), &info) != 0) {
    throw core::InputError(fmt::format("{}: {}", name, std::strerror(errno)));
  }
  fifo_ = S_ISFIFO(info.st_mode);
  if (!fifo_ && !S_ISREG(info.st_mode)) {
    throw core::InputError(fmt::format("{}: expected a file or a FIFO of orientations", name));
  }
  descriptor_ = ::open(name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor_ < 0) throw core::IoError(fmt::format("{}: {}", name, std::strerror(errno)));
}

PoseFeed::~PoseFeed() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

int PoseFeed::descriptor() const {
  return fifo_ && !ended_ && track_.size() < kMaxAhead ? descriptor_ : -1;
}

void PoseFeed::drain() {
  while (!ended_ && track_.size() < kMaxAhead && read_more()) {
  }
}

/// Reads one block. @return  false if nothing had arrived
bool PoseFeed::read_more() {
  std::array<char, 16384> block;
  const ssize_t count = ::read(descriptor_, block.data(), block.size());
  if (count < 0) {
    if (errno == EAGAIN || errno == EINTR) return false;
    throw core::IoError(fmt::format("{}: {}", options_.path.string(), std::strerror(errno)));
  }
  if (count == 0) {
    if (fifo_ && writer_has_closed()) end_of_writer();
    return false;
  }
  partial_.append(block.data(), static_cast<std::size_t>(count));
  waited_ = false;
  take_lines();
  return true;
}

/// False for a FIFO that no writer has opened yet, although it reads as ended as well.
bool PoseFeed::writer_has_closed() const {
  pollfd entry = {descriptor_, POLLIN, 0};
  return ::poll(&entry, 1, 0) > 0 && (entry.revents & POLLHUP) != 0;
}

/// After the first row the feed ends with its writer. Before it, another writer may still come: the
/// FIFO is opened again, since a descriptor whose writer has closed polls as ready for ever.
void PoseFeed::end_of_writer() {
  if (samples_ == 0) {
    const int again = ::open(options_.path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (again >= 0) {
      ::close(descriptor_);
      descriptor_ = again;
      return;
    }
  }
  ended_ = true;
  if (!partial_.empty()) partial_ += '\n';
  take_lines();
}

void PoseFeed::take_lines() {
  std::size_t begin = 0;
  for (std::size_t end; (end = partial_.find('\n', begin)) != std::string::npos; begin = end + 1) {
    std::vector<OrientationRow> rows;
    lines_->take(std::string_view(partial_).substr(begin, end - begin), rows);
    for (const OrientationRow& row : rows) take_row(row);
  }
  partial_.erase(0, begin);
  if (partial_.size() > kMaxLine) {
    lines_->fail(fmt::format("expected at most {} characters in the next line", kMaxLine));
  }
}

void PoseFeed::take_row(const OrientationRow& row) {
  const double time_s = row.time_s + options_.time_offset_s;
  const bool repeated = !track_.empty() && time_s == track_.back().time_s;
  if (repeated || !row.finite()) {
    ++dropped_;
    return;
  }
  if (!track_.empty() && time_s < track_.back().time_s) {
    lines_->fail(
        fmt::format("time must not go back: {} s after {} s", time_s, track_.back().time_s));
  }
  track_.push_back({time_s, row.q_world_sensor.normalized()});
  ++samples_;
}

/// Reads until a sample at or after the time has arrived, the input has ended, or the wait is over.
void PoseFeed::wait_for(double time_s) {
  const auto wait = std::chrono::duration<double>(waited_ ? 0.0 : options_.wait_s);
  const Clock::time_point deadline =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(wait);
  while (!reaches(time_s) && !ended_) {
    if (read_more()) continue;
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) {
      waited_ = true;
      return;
    }
    // At its end a file polls as readable at once: it can only be looked at again later.
    pollfd entry = {descriptor_, POLLIN, 0};
    const int slice = static_cast<int>(std::min<long long>(left.count(), kGrowthPollMs));
    ::poll(&entry, fifo_ && samples_ > 0 ? 1 : 0, slice);
  }
}

session::Pose PoseFeed::at(double time_s) {
  wait_for(time_s);
  while (track_.size() >= 2 && track_[1].time_s <= time_s) track_.pop_front();
  if (track_.empty()) return {};
  const Sample& first = track_.front();
  if (track_.size() == 1 || time_s < first.time_s) {
    const bool near = std::abs(time_s - first.time_s) <= options_.max_gap_s;
    if (!near) return {};
    return {time_s == first.time_s ? session::PoseState::kInterpolated : session::PoseState::kHeld,
            first.q};
  }
  const Sample& second = track_[1];
  const double span = second.time_s - first.time_s;
  if (span > options_.max_gap_s) return {};
  return {session::PoseState::kInterpolated,
          so3::slerp(first.q, second.q, (time_s - first.time_s) / span)};
}

}  // namespace formats
