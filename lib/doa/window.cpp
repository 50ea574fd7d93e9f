#include "doa/window.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "core/errors.h"

namespace doa {

std::string WindowLength::label() const { return full() ? "full" : fmt::format("{}", *seconds); }

WindowLength WindowLength::parse(std::string_view text) {
  if (text == "full") return {};
  double seconds = 0.0;
  const std::from_chars_result read =
      std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  if (!whole || !std::isfinite(seconds) || seconds <= 0.0) {
    throw core::UsageError(fmt::format(
        "window: expected \"full\" or a positive number of seconds, found \"{}\"", text));
  }
  return {seconds};
}

MovingWindows::MovingWindows(const WindowLength& length, std::size_t frames, double hop_s,
                             std::size_t stride, WindowPlace place)
    : frames_(frames), stride_(stride), full_(length.full()), place_(place) {
  const double seconds = length.seconds.value_or(1.0);
  if (!(hop_s > 0.0) || !std::isfinite(hop_s) || !(seconds > 0.0) || !std::isfinite(seconds) ||
      stride == 0) {
    throw core::UsageError(
        fmt::format("window: length, hop and stride must be positive and finite, found {} s, {} s "
                    "and {} frames",
                    seconds, hop_s, stride));
  }
  if (full_) {
    first_center_ = frames > 0 ? (frames - 1) / 2 : 0;
    size_ = frames > 0 ? 1 : 0;
    return;
  }
  // 0.2 / 0.02 is 9.999...: lengths given as decimals must not lose a frame to rounding.
  const double half = std::floor(0.5 * seconds / hop_s + 1e-9);
  if (half >= static_cast<double>(frames)) return;
  half_ = static_cast<std::size_t>(half);
  first_center_ = half_;
  if (frames > 2 * half_) size_ = (frames - 2 * half_ - 1) / stride + 1;
}

MovingWindows MovingWindows::newest(const WindowLength& length, std::size_t frames, double hop_s,
                                    WindowPlace place) {
  MovingWindows windows(length, frames, hop_s, 1, place);
  if (windows.full_ || windows.size_ == 0) return windows;
  windows.first_center_ += windows.size_ - 1;
  windows.size_ = 1;
  return windows;
}

FrameRange MovingWindows::range(std::size_t i) const {
  if (full_) return {0, frames_};
  const std::size_t middle = middle_frame(i);
  return {middle - half_, middle + half_ + 1};
}

}  // namespace doa
