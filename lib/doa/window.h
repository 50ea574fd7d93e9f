/// Moving windows over a session's frames: which center frames count, and which frames each one
/// pools.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doa {

/// Length of a pooling window: so many seconds, or the whole session.
struct WindowLength {
  std::optional<double> seconds;  ///< s, > 0; empty: the whole session

  bool full() const { return !seconds.has_value(); }
  /// "0.05", "0.2", "full": as options, tables and report.json write it.
  std::string label() const;
  /// @throws core::UsageError  if the text is neither "full" nor a positive, finite number of
  /// seconds
  static WindowLength parse(std::string_view text);

  bool operator==(const WindowLength&) const = default;
};

/// Frames first, ..., last - 1.
struct FrameRange {
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t count() const { return last - first; }
  bool operator==(const FrameRange&) const = default;
};

/// Which of its frames a window's estimate is for.
enum class WindowPlace {
  kCentered,  ///< the middle one: the best estimate of a recording that is complete
  kCausal,    ///< the last one: what a live system can say at that moment
};

/// The windows of one session. A window of L seconds pools the frames whose centers lie within L /
/// 2 of its center frame's center (both ends included), so it always has an odd number of frames, 2
/// h + 1 with h = floor(L / (2 hop)), and its estimate belongs to the middle one: 0.05 s at 10 ms
/// hop are 5 frames. It counts only if all its frames exist. "Full" is one window over all frames,
/// estimated for frame (frames - 1) / 2. A session shorter than the window has no window.
/// Causal windows are the same windows, estimated for their last frame.
class MovingWindows {
 public:
  /// @param frames  frames of the session; 0 gives no windows
  /// @param hop_s   time between frames, s, > 0
  /// @param stride  frames between neighboring windows' centers, >= 1; no effect on "full"
  /// @throws core::UsageError  if hop_s, stride or the length is not positive and finite
  MovingWindows(const WindowLength& length, std::size_t frames, double hop_s,
                std::size_t stride = 1, WindowPlace place = WindowPlace::kCentered);

  std::size_t size() const { return size_; }
  std::size_t frames() const { return frames_; }
  /// Frame the estimate of window i is for: its middle, or its last if causal; i < size().
  std::size_t center_frame(std::size_t i) const {
    return place_ == WindowPlace::kCausal ? range(i).last - 1 : middle_frame(i);
  }
  /// Frames that window i pools.
  FrameRange range(std::size_t i) const;

 private:
  std::size_t middle_frame(std::size_t i) const { return first_center_ + i * stride_; }

  std::size_t frames_ = 0;
  std::size_t half_ = 0;
  std::size_t stride_ = 1;
  std::size_t first_center_ = 0;
  std::size_t size_ = 0;
  bool full_ = false;
  WindowPlace place_ = WindowPlace::kCentered;
};

}  // namespace doa
