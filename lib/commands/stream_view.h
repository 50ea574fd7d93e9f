/// csl-infer --view: a map of the current directions in the terminal.
#pragma once

#include <Eigen/Core>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace commands {

/// Content of the map. Columns are azimuths from +180 (left) to -180 degrees (right), so that a
/// source to the left of the +x axis is on the left. Rows are elevations from +90 (top) to -90
/// degrees.
struct ViewState {
  std::size_t columns = 72, rows = 18;
  std::vector<float> heat = std::vector<float>(72 * 18, 0.0F);  ///< [rows, columns], any scale
  struct Mark {
    Eigen::Vector3d direction = Eigen::Vector3d::UnitX();
    char label = 'o';
    bool faint = false;
  };
  std::vector<Mark> marks;  ///< a later mark covers an earlier one
  /// Rows below the map: azimuths over time, the newest row first, each [columns] of labels and
  /// spaces. Empty rows are drawn for those that are missing.
  std::deque<std::string> history;
  std::size_t history_rows = 0;  ///< 0: no history
  std::string title, status;
  bool color = true;
};

/// Row and column of a direction of any non-zero length.
std::pair<std::size_t, std::size_t> view_cell(const ViewState& state,
                                              const Eigen::Vector3d& direction);

/// Adds a round spot of about 8 degrees to the heat, `amount` at its middle.
void add_heat(ViewState& state, const Eigen::Vector3d& direction, double amount);

/// Begins a new row of the history; rows beyond history_rows are dropped.
void begin_history_row(ViewState& state);

/// Writes a label into the newest row of the history, at the direction's azimuth. 'o' covers no
/// label of a track.
void add_history(ViewState& state, const Eigen::Vector3d& direction, char label);

/// Level of samples as a bar from -60 to 0 dB below full scale, with its number.
/// @param power  mean square of samples in [-1, 1]
std::string level_bar(double power, std::size_t width);

/// The map as lines that end in newlines, without cursor movement. It is plain ASCII if `color` is
/// false.
std::string draw_view(const ViewState& state);

/// A direction or track on the map.
struct ViewItem {
  Eigen::Vector3d direction = Eigen::Vector3d::UnitX();
  double share = 0.0;    ///< heat that it adds; 0 for a track
  std::uint32_t id = 0;  ///< of a track; 0: a direction
  bool faint = false;    ///< drawn faint: a track that was not measured
};

/// Draws on standard error at most ten times a second if that is a terminal, else does nothing. It
/// follows NO_COLOR and TERM=dumb. The destructor restores the terminal.
class StreamView {
 public:
  /// @param wanted  --view was given
  explicit StreamView(bool wanted);
  ~StreamView();
  StreamView(const StreamView&) = delete;
  StreamView& operator=(const StreamView&) = delete;

  bool on() const { return on_; }
  /// Samples that were heard, for the level.
  void hear(std::span<const float> samples);
  void update(double time_s, bool world, const std::vector<ViewItem>& items);

 private:
  using Clock = std::chrono::steady_clock;
  void fit_terminal();

  bool on_ = false;
  ViewState state_;
  double time_s_ = 0.0;
  double next_row_s_ = 0.0;  ///< time of the history's next row
  double power_ = 0.0;       ///< mean square of the samples, fading like the heat
  Clock::time_point last_draw_{};
};

}  // namespace commands
