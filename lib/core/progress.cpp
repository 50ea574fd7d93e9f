#include "core/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "core/log.h"
#include "core/status_line.h"

namespace core {
namespace {

constexpr std::size_t kBarWidth = 24;
/// A shorter bar says nothing; the text is then the better use of the line.
constexpr std::size_t kShortestBar = 6;
constexpr double kRedrawInterval_s = 0.1;

bool stderr_shows_bars() {
  const char* term = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) != 0 && log_options().level != LogLevel::kQuiet &&
         log_options().format == LogFormat::kText && term != nullptr &&
         std::string_view(term) != "dumb";
}

bool color_allowed() {
  const char* no_color = std::getenv("NO_COLOR");
  return no_color == nullptr || *no_color == '\0';
}

std::string bar(double share, std::size_t width) {
  const auto filled = static_cast<std::size_t>(
      std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(width)));
  const bool color = color_allowed();
  return fmt::format(" {}[{:#<{}}{:-<{}}]{}", color ? "\033[36m" : "", "", filled, "",
                     width - filled, color ? "\033[0m" : "");
}

std::string format_rate(double per_second) {
  if (per_second >= 1e6) return fmt::format("{:.1f}M/s", per_second / 1e6);
  if (per_second >= 1e4) return fmt::format("{:.0f}k/s", per_second / 1e3);
  return fmt::format("{:.1f}/s", per_second);
}

}  // namespace

Progress::Progress(std::string title, std::size_t total, std::string unit)
    : title_(std::move(title)),
      total_(total),
      unit_(std::move(unit)),
      visible_(stderr_shows_bars()) {
  if (visible_) draw();
}

Progress::~Progress() {
  if (visible_) erase_status_line();
}

void Progress::advance(std::size_t items) {
  done_ += items;
  if (!visible_) return;
  if (clock_.elapsed_s() - drawn_at_s_ < kRedrawInterval_s && done_ != total_) return;
  draw();
}

void Progress::draw() {
  const double elapsed = clock_.elapsed_s();
  drawn_at_s_ = elapsed;
  const double share = total_ > 0 ? static_cast<double>(done_) / static_cast<double>(total_) : -1.0;
  const std::string title = fmt::format("{:<12}", title_);
  std::string text = total_ > 0 ? fmt::format(" {}/{} {}", done_, total_, unit_)
                                : fmt::format(" {} {}", done_, unit_);
  if (elapsed > 0.5) text += "  " + format_rate(static_cast<double>(done_) / elapsed);
  if (share > 0.0 && elapsed > 0.5) {
    text += "  ETA " + format_duration(elapsed * (1.0 - share) / share);
  }
  if (!note_.empty()) text += "  " + note_;
  // A line that is longer than the terminal wraps, and redrawing then adds a line each time. The
  // last column stays empty, because some terminals wrap there. The width is asked each time: it
  // may change.
  const std::size_t columns = status_line_columns() - 1;
  const std::size_t used = std::min(columns, title.size() + text.size() + 3);  // " [" and "]"
  const std::size_t bar_width = std::min(kBarWidth, columns - used);
  const bool has_bar = share >= 0.0 && bar_width >= kShortestBar;
  if (!has_bar) text.resize(std::min(text.size(), columns - std::min(columns, title.size())));
  draw_status_line(title.substr(0, columns) + (has_bar ? bar(share, bar_width) : "") + text);
}

std::string format_duration(double seconds) {
  const long total = std::lround(std::max(0.0, seconds));
  if (total >= 3600) {
    return fmt::format("{}:{:02}:{:02}", total / 3600, total / 60 % 60, total % 60);
  }
  return fmt::format("{}:{:02}", total / 60, total % 60);
}

}  // namespace core
