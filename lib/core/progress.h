/// A progress bar on stderr, drawn only when stderr is a terminal and -q was not given.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace core {

/// One long step: `simulating  [#####-----]  512/1000 sessions  8.4/s  ETA 0:58  note`.
class Progress {
 public:
  /// @param total  number of items, 0 if unknown (then no bar and no ETA)
  Progress(std::string title, std::size_t total, std::string unit);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Says that `items` more are done; redraws at most ten times a second.
  void advance(std::size_t items = 1);
  /// Free text behind the figures, such as the current loss.
  void note(std::string text) { note_ = std::move(text); }
  /// Changes the total, where it becomes known on the way.
  void set_total(std::size_t total) { total_ = total; }

  double elapsed_s() const;
  /// Blanks the bar's line so that a message can be written; a no-op where there is no bar.
  static void erase_line();

 private:
  using Clock = std::chrono::steady_clock;
  void draw();

  std::string title_;
  std::size_t total_;
  std::string unit_;
  std::string note_;
  std::size_t done_ = 0;
  bool visible_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_draw_{};
};

/// "0:58", "12:03", "1:02:03".
std::string format_duration(double seconds);

}  // namespace core
