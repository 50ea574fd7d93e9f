/// Moving windows over a session's frames: the center frame and the pooled frames of each window.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doa {

/// Length of a pooling window: a number of seconds, or the whole session.
struct WindowLength {
  std::optional<double> seconds;  ///< s, > 0; empty: the whole session

  bool full() const { return !seconds.has_value(); }
  /// The length in options, tables and report.json: "0.05", "0.2", "full".
  std::string label() const;
  /// @throws core::UsageError  if the text is neither "full" nor a positive, finite number of
  ///                           seconds
  static WindowLength parse(std::string_view text);

  bool operator==(const WindowLength&) const = default;
};

/// Frames first, ..., end - 1.
struct FrameRange {
  std::size_t first = 0;
  std::size_t end = 0;  ///< exclusive
  std::size_t count() const { return end - first; }
  bool operator==(const FrameRange&) const = default;
};

/// Frame of a window that its estimate belongs to.
enum class WindowPlace {
  kCentered,  ///< the middle frame: best for a complete recording
  kCausal,    ///< the last frame: as in a live system
};

/// The windows of one session. A window of L seconds pools the frames whose centers lie within L /
/// 2 of the center of its middle frame, both ends included. It has an odd number of frames, 2 h + 1
/// with h = floor(L / (2 hop)): 0.05 s at a hop of 10 ms are 5 frames. Its estimate belongs to the
/// middle frame. Only windows whose frames all exist are listed, so a session shorter than the
/// window has none. "Full" is one window over all frames; its estimate belongs to frame (frames -
/// 1) / 2. Causal windows are the same windows, but their estimates belong to their last frames.
class MovingWindows {
 public:
  /// @param frames  frames of the session; 0 gives no windows
  /// @param hop_s   time between frames, s, > 0
  /// @param stride  frames between neighboring windows' centers, >= 1; no effect on "full"
  /// @throws core::UsageError  if hop_s, stride or the length is not positive and finite
  MovingWindows(const WindowLength& length, std::size_t frames, double hop_s,
                std::size_t stride = 1, WindowPlace place = WindowPlace::kCentered);

  /// Only the newest window, the one that ends at the last frame; none if the frames do not fill it.
  static MovingWindows newest(const WindowLength& length, std::size_t frames, double hop_s,
                              WindowPlace place);

  std::size_t size() const { return size_; }
  std::size_t frames() const { return frames_; }
  /// Frame that the estimate of window i belongs to: the middle one, or the last one if causal.
  /// i < size().
  std::size_t center_frame(std::size_t i) const {
    return place_ == WindowPlace::kCausal ? range(i).end - 1 : middle_frame(i);
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
