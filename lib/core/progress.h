/// A progress bar on stderr. It is drawn only if stderr is a terminal and -q was not given.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "core/stopwatch.h"

namespace core {

/// Progress of one long step: `simulating  [#####-----]  512/1000 sessions  8.4/s  ETA 0:58  note`.
/// The line fits into the terminal, also if its width changes: the bar gets shorter, then the text.
/// The line disappears when the object is destroyed.
class Progress {
 public:
  /// @param title  first word of the line
  /// @param total  number of items; 0: not known, and the line has no bar and no ETA
  /// @param unit   what the items are, such as "sessions"
  Progress(std::string title, std::size_t total, std::string unit);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Counts `items` more as done. Redraws the line at most ten times a second.
  void advance(std::size_t items = 1);
  /// Sets a free text behind the figures, such as the current loss.
  void note(std::string text) { note_ = std::move(text); }
  /// Changes the total, for steps whose total becomes known later.
  void set_total(std::size_t total) { total_ = total; }

 private:
  void draw();

  std::string title_;
  std::size_t total_;
  std::string unit_;
  std::string note_;
  std::size_t done_ = 0;
  bool visible_;
  Stopwatch clock_;
  double drawn_at_s_ = 0.0;  ///< time of the last draw() on clock_
};

/// A duration as "0:58", "12:03" or "1:02:03".
std::string format_duration(double seconds);

}  // namespace core
