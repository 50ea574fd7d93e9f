#include "localize/pose_feed.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>
#include <vector>

#include "core/errors.h"
#include "so3/rotation.h"

namespace localize {
namespace {

using Clock = std::chrono::steady_clock;

/// Samples held ahead of the sound; a FIFO's writer then has to wait. A minute at 1 kHz.
constexpr std::size_t kMaxAhead = 65536;
/// How often a file that has ended is asked whether it has grown.
constexpr int kGrowthPollMs = 5;
/// No line of ours is longer; a file without line ends must not fill the memory.
constexpr std::size_t kMaxLine = 4096;

const std::array<const char*, 5> kColumns = {"time_s", "qw", "qx", "qy", "qz"};

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == ',' || c == ';' || c == '\t') {
      cells.emplace_back();
    } else if (c != ' ' && c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

}  // namespace

const char* name_of(PoseState state) {
  if (state == PoseState::kInterpolated) return "interpolated";
  return state == PoseState::kHeld ? "held" : "missing";
}

PoseFeed::PoseFeed(const PoseFeedOptions& options) : options_(options) {
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

void PoseFeed::fail(const std::string& message) const {
  throw core::InputError(fmt::format("{}: line {}: {}", options_.path.string(), line_, message));
}

int PoseFeed::descriptor() const {
  return fifo_ && !ended_ && track_.size() < kMaxAhead ? descriptor_ : -1;
}

void PoseFeed::drain() {
  while (!ended_ && track_.size() < kMaxAhead && read_more()) {
  }
}

/// One block. @return false if nothing was there
bool PoseFeed::read_more() {
  std::array<char, 16384> block;
  const ssize_t count = ::read(descriptor_, block.data(), block.size());
  if (count < 0) {
    if (errno == EAGAIN || errno == EINTR) return false;
    throw core::IoError(fmt::format("{}: {}", options_.path.string(), std::strerror(errno)));
  }
  // A FIFO also reads as ended before its first writer comes.
  if (count == 0 && fifo_ && samples_ > 0) {
    ended_ = true;
    if (!partial_.empty()) partial_ += '\n';
    take_lines();
  }
  if (count <= 0) return false;
  partial_.append(block.data(), static_cast<std::size_t>(count));
  waited_ = false;
  take_lines();
  return true;
}

void PoseFeed::take_lines() {
  std::size_t begin = 0;
  for (std::size_t end; (end = partial_.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const std::string line = partial_.substr(begin, end - begin);
    ++line_;
    if (line_ == 1) {
      take_header(line);
    } else if (!line.empty() && line != "\r") {
      take_row(line);
    }
  }
  partial_.erase(0, begin);
  if (partial_.size() > kMaxLine) {
    ++line_;
    fail(fmt::format("expected at most {} characters", kMaxLine));
  }
}

void PoseFeed::take_header(const std::string& line) {
  const std::vector<std::string> cells = split(line);
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    const auto found = std::find(cells.begin(), cells.end(), kColumns[i]);
    if (found == cells.end()) {
      fail(fmt::format("expected a header with time_s,qw,qx,qy,qz (any order), found \"{}\"",
                       line.substr(0, 80)));
    }
    column_[i] = static_cast<std::size_t>(found - cells.begin());
  }
}

void PoseFeed::take_row(const std::string& line) {
  const std::vector<std::string> cells = split(line);
  std::array<double, 5> value{};
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string cell = column_[i] < cells.size() ? cells[column_[i]] : "";
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value[i]);
    if (error != std::errc{} || end != cell.data() + cell.size()) {
      fail(fmt::format("{}: expected a number, found \"{}\"", kColumns[i], cell.substr(0, 40)));
    }
  }
  const double time_s = value[0] + options_.time_offset_s;
  const Eigen::Quaterniond q(value[1], value[2], value[3], value[4]);
  const bool repeated = !track_.empty() && time_s == track_.back().time_s;
  if (repeated || !std::isfinite(time_s) || !q.coeffs().allFinite()) {
    ++dropped_;
    return;
  }
  if (!track_.empty() && time_s < track_.back().time_s) {
    fail(fmt::format("time must not go back: {} s after {} s", time_s, track_.back().time_s));
  }
  if (!(std::abs(q.norm() - 1.0) < 0.01)) {
    fail(fmt::format("expected a unit quaternion, found length {}", q.norm()));
  }
  track_.push_back({time_s, q.normalized()});
  ++samples_;
}

/// Reads until a sample at or behind the time is there, the input has ended or the wait has run
/// out.
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
    // A file that has ended always polls as readable: only time can tell whether it grows.
    pollfd entry = {descriptor_, POLLIN, 0};
    const int slice = static_cast<int>(std::min<long long>(left.count(), kGrowthPollMs));
    ::poll(&entry, fifo_ && samples_ > 0 ? 1 : 0, slice);
  }
}

Pose PoseFeed::at(double time_s) {
  wait_for(time_s);
  while (track_.size() >= 2 && track_[1].time_s <= time_s) track_.pop_front();
  if (track_.empty()) return {};
  const Sample& first = track_.front();
  if (track_.size() == 1 || time_s < first.time_s) {
    const bool near = std::abs(time_s - first.time_s) <= options_.max_gap_s;
    if (!near) return {};
    return {time_s == first.time_s ? PoseState::kInterpolated : PoseState::kHeld, first.q};
  }
  const Sample& second = track_[1];
  const double span = second.time_s - first.time_s;
  if (span > options_.max_gap_s) return {};
  return {PoseState::kInterpolated, so3::slerp(first.q, second.q, (time_s - first.time_s) / span)};
}

}  // namespace localize
