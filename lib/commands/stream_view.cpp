#include "commands/stream_view.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numbers>
#include <string_view>

#include "core/console.h"
#include "core/units.h"
#include "so3/rotation.h"

namespace commands {
namespace {

/// Characters from cold to hot; the first stands for no heat.
constexpr std::string_view kShades = " .:-=+*#%@";
/// xterm-256 colors of the shades: blue to yellow, with rising lightness.
constexpr std::array<int, 10> kColors = {0, 17, 18, 19, 55, 91, 127, 167, 208, 220};
constexpr double kFadeS = 1.0;
/// Time that a row of the history stands for, and the rows of a terminal that has room for them.
constexpr double kAzimuthRowS = 0.5;
constexpr std::size_t kAzimuthRows = 8;
constexpr double kLowestLevelDb = -60.0;
/// Samples add to the level as if they lasted a tenth of a second.
constexpr double kLevelShare = 0.1;
constexpr const char* kReset = "\033[0m";

/// Shade of a heat relative to the hottest cell.
std::size_t shade_of(float heat, float hottest) {
  if (!(heat > 0.0F) || heat < 0.02F * hottest) return 0;
  const auto level = static_cast<std::size_t>(std::sqrt(heat / hottest) * 9.0F);
  return std::clamp<std::size_t>(level, 1, 9);
}

std::string cell_text(std::size_t shade, bool color) {
  if (!color || shade == 0) return std::string(1, kShades[shade]);
  return fmt::format("\033[38;5;{}m{}{}", kColors[shade], kShades[shade], kReset);
}

std::string mark_text(const ViewState::Mark& mark, bool color) {
  if (!color) return std::string(1, mark.label);
  return fmt::format("\033[{}m{}{}", mark.faint ? "2" : "1;97;41", mark.label, kReset);
}

/// Label at the left of a row: its elevation, or spaces.
std::string row_label(const ViewState& state, std::size_t row) {
  for (const int elevation : {90, 45, 0, -45, -90}) {
    const double at = (90.0 - elevation) / 180.0 * static_cast<double>(state.rows);
    const auto nearest =
        static_cast<std::size_t>(std::min(at, static_cast<double>(state.rows) - 1.0));
    if (row == nearest) return fmt::format("{:>4} ", elevation);
  }
  return "     ";
}

std::string azimuth_axis(const ViewState& state) {
  std::string axis(state.columns + 10, ' ');
  for (const int azimuth : {180, 90, 0, -90, -180}) {
    const double at = (180.0 - azimuth) / 360.0 * static_cast<double>(state.columns);
    const std::string text = std::to_string(azimuth);
    const auto begin =
        static_cast<std::size_t>(std::max(0.0, 6.0 + at - 0.5 * static_cast<double>(text.size())));
    axis.replace(begin, text.size(), text);
  }
  return axis.substr(0, axis.find_last_not_of(' ') + 1);
}

}  // namespace

std::pair<std::size_t, std::size_t> view_cell(const ViewState& state,
                                              const Eigen::Vector3d& direction) {
  const double azimuth = so3::azimuth_rad(direction) / std::numbers::pi;
  const double elevation = so3::elevation_rad(direction) / std::numbers::pi;
  const auto cell = [](double share, std::size_t count) {
    const double at = std::floor(share * static_cast<double>(count));
    return static_cast<std::size_t>(std::clamp(at, 0.0, static_cast<double>(count - 1)));
  };
  return {cell(0.5 - elevation, state.rows), cell(0.5 * (1.0 - azimuth), state.columns)};
}

void add_heat(ViewState& state, const Eigen::Vector3d& direction, double amount) {
  constexpr double kKappa = 100.0;
  const Eigen::Vector3d unit = direction.normalized();
  for (std::size_t row = 0; row < state.rows; ++row) {
    const double height = (static_cast<double>(row) + 0.5) / static_cast<double>(state.rows);
    for (std::size_t c = 0; c < state.columns; ++c) {
      const double across = (static_cast<double>(c) + 0.5) / static_cast<double>(state.columns);
      const Eigen::Vector3d at = so3::direction_from_angles(std::numbers::pi * (1.0 - 2.0 * across),
                                                            std::numbers::pi * (0.5 - height));
      const double weight = std::exp(kKappa * (at.dot(unit) - 1.0));
      state.heat[row * state.columns + c] += static_cast<float>(amount * weight);
    }
  }
}

std::string draw_view(const ViewState& state) {
  const float hottest = *std::max_element(state.heat.begin(), state.heat.end());
  std::vector<std::string> cells(state.heat.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = cell_text(shade_of(state.heat[i], hottest), state.color);
  }
  for (const ViewState::Mark& mark : state.marks) {
    const auto [row, column] = view_cell(state, mark.direction);
    cells[row * state.columns + column] = mark_text(mark, state.color);
  }
  const std::string edge = "     +" + std::string(state.columns, '-') + "+\n";
  std::string text = state.title + "\n" + edge;
  for (std::size_t row = 0; row < state.rows; ++row) {
    text += row_label(state, row) + "|";
    for (std::size_t c = 0; c < state.columns; ++c) text += cells[row * state.columns + c];
    text += "|\n";
  }
  text += edge + azimuth_axis(state) + "\n";
  for (std::size_t row = 0; row < state.history_rows; ++row) {
    const bool labeled = row % 2 == 0;
    text += labeled ? fmt::format("{:>4.0f}s", kAzimuthRowS * static_cast<double>(row)) : "     ";
    text += "|" +
            (row < state.history.size() ? state.history[row] : std::string(state.columns, ' ')) +
            "|\n";
  }
  return text + state.status + "\n";
}

void begin_history_row(ViewState& state) {
  state.history.emplace_front(state.columns, ' ');
  while (state.history.size() > state.history_rows) state.history.pop_back();
}

void add_history(ViewState& state, const Eigen::Vector3d& direction, char label) {
  if (state.history.empty()) return;
  char& cell = state.history.front()[view_cell(state, direction).second];
  if (cell == ' ' || label != 'o') cell = label;
}

std::string level_bar(double power, std::size_t width) {
  const double level_db = 10.0 * std::log10(std::max(power, 1e-12));
  const double share = std::clamp(1.0 - level_db / kLowestLevelDb, 0.0, 1.0);
  const auto full = static_cast<std::size_t>(std::lround(share * static_cast<double>(width)));
  return fmt::format("[{}{}] {:.0f} dB", std::string(full, '='), std::string(width - full, ' '),
                     std::max(level_db, kLowestLevelDb));
}

StreamView::StreamView(bool wanted) {
  const char* term = std::getenv("TERM");
  on_ =
      wanted && ::isatty(STDERR_FILENO) != 0 && term != nullptr && std::string_view(term) != "dumb";
  if (!on_) return;
  const char* no_color = std::getenv("NO_COLOR");
  state_.color = no_color == nullptr || *no_color == '\0';
  fit_terminal();
  core::write_stderr("\033[?25l\033[2J");  // hide the cursor, clear
}

StreamView::~StreamView() {
  if (!on_) return;
  core::write_stderr("\033[?25h");
}

/// Chooses the largest map that fits. Four columns for each row make cells of equal angles, since a
/// character is twice as high as wide.
void StreamView::fit_terminal() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return;
  const std::size_t by_width = size.ws_col > 44 ? (size.ws_col - 8U) / 4 : 9;
  // Title, edges, axis and status take six rows, the legend one.
  const std::size_t room = size.ws_row > 16 ? size.ws_row - 7U : 9;
  state_.history_rows = room >= 18 + kAzimuthRows ? kAzimuthRows : 0;
  const std::size_t by_height = room - state_.history_rows;
  state_.rows = std::clamp<std::size_t>(std::min(by_width, by_height), 9, 45);
  state_.columns = 4 * state_.rows;
  state_.heat.assign(state_.rows * state_.columns, 0.0F);
}

void StreamView::hear(std::span<const float> samples) {
  if (!on_ || samples.empty()) return;
  double squares = 0.0;
  for (const float value : samples)
    squares += static_cast<double>(value) * static_cast<double>(value);
  power_ += kLevelShare * (squares / static_cast<double>(samples.size()) - power_);
}

void StreamView::update(double time_s, bool world, const std::vector<ViewItem>& items) {
  if (!on_) return;
  const auto fade = static_cast<float>(std::exp(-std::max(0.0, time_s - time_s_) / kFadeS));
  time_s_ = time_s;
  for (float& heat : state_.heat) heat *= fade;
  if (state_.history_rows > 0 && time_s >= next_row_s_) {
    begin_history_row(state_);
    next_row_s_ = time_s + kAzimuthRowS;
  }
  state_.marks.clear();
  state_.status.clear();
  for (const ViewItem& item : items) {
    if (item.share > 0.0) add_heat(state_, item.direction, item.share);
    const char label = item.id == 0 ? 'o' : static_cast<char>('A' + (item.id - 1) % 26);
    state_.marks.push_back({item.direction, label, item.faint});
    add_history(state_, item.direction, label);
    state_.status += fmt::format("{} {:.0f}/{:.0f}  ", label,
                                 core::radians_to_degrees(so3::azimuth_rad(item.direction)),
                                 core::radians_to_degrees(so3::elevation_rad(item.direction)));
  }
  const Clock::time_point now = Clock::now();
  if (now - last_draw_ < std::chrono::milliseconds(100)) return;
  last_draw_ = now;
  state_.title = fmt::format("{:8.2f} s   azimuth / elevation, {} frame   {}", time_s,
                             world ? "world" : "sensor", level_bar(power_, 12));
  state_.status += "\no direction  A-Z tracks (faint: predicted)  shades: heard in the last second";
  std::string text = "\033[H" + draw_view(state_);
  // Each line ends by erasing the rest of a longer line before it.
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 4) {
    text.replace(at, 1, "\033[K\n");
  }
  core::write_stderr(text);
}

}  // namespace commands
