/// csl-infer --view: where sound comes from now, as a map in the terminal.
#pragma once

#include <Eigen/Core>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace commands {

/// What the map shows. Columns are azimuth from +180 (left) to -180 degrees (right): what is left
/// of the +x axis is on the left; rows are elevation from +90 (top) to -90.
struct ViewState {
  std::size_t columns = 72, rows = 18;
  std::vector<float> heat = std::vector<float>(72 * 18, 0.0F);  ///< [rows, columns], any scale
  struct Mark {
    Eigen::Vector3d direction = Eigen::Vector3d::UnitX();
    char label = 'o';
    bool faint = false;
  };
  std::vector<Mark> marks;  ///< later ones lie on top
  std::string title, status;
  bool color = true;
};

/// Row and column of a direction; unit length is not needed.
std::pair<std::size_t, std::size_t> view_cell(const ViewState& state,
                                              const Eigen::Vector3d& direction);

/// Adds a round spot of about 8 degrees to the heat, `amount` at its middle.
void add_heat(ViewState& state, const Eigen::Vector3d& direction, double amount);

/// The map as lines that end in newlines; no cursor movement. With `color` false, plain ASCII.
std::string draw_view(const ViewState& state);

/// One direction or track that is shown.
struct ViewItem {
  Eigen::Vector3d direction = Eigen::Vector3d::UnitX();
  double share = 0.0;    ///< adds to the heat; tracks: 0
  std::uint32_t id = 0;  ///< of a track; 0: a direction
  bool faint = false;    ///< a track that was not measured
};

/// Draws on standard error, at most ten times a second, where that is a terminal; else does
/// nothing. Honors NO_COLOR and TERM=dumb. Puts the terminal back when it goes.
class StreamView {
 public:
  /// @param wanted  --view was given
  explicit StreamView(bool wanted);
  ~StreamView();
  StreamView(const StreamView&) = delete;
  StreamView& operator=(const StreamView&) = delete;

  bool on() const { return on_; }
  void update(double time_s, bool world, const std::vector<ViewItem>& items);

 private:
  using Clock = std::chrono::steady_clock;
  void fit_terminal();

  bool on_ = false;
  ViewState state_;
  double time_s_ = 0.0;
  Clock::time_point last_draw_{};
};

}  // namespace commands
