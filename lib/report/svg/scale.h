/// From data to picture coordinates; used in this folder only.
#pragma once

#include <string>
#include <vector>

#include "report/svg/plot.h"

namespace report::svg {

/// One axis ready to draw: bounds, ticks, and the positions of values.
class SvgScale {
 public:
  /// @param values  every number drawn along this axis; numbers that are not drawable() are skipped
  /// @param pixels   length of the axis
  /// @param spacing  least distance of ticks that are chosen from the bounds
  SvgScale(const SvgAxis& axis, const std::vector<double>& values, double pixels,
           double spacing = 42.0);

  /// Distance from the low end of the axis, in user units. Values outside the bounds have positions
  /// outside the axis.
  double position(double value) const;
  /// Whether the value exists on this axis (finite, and positive if logarithmic).
  bool drawable(double value) const;
  const std::vector<double>& ticks() const { return ticks_; }
  const std::vector<std::string>& tick_labels() const { return tick_labels_; }
  double min() const { return min_; }

 private:
  void choose_bounds(const SvgAxis& axis, const std::vector<double>& values);

  bool log_ = false;
  double pixels_ = 1.0;
  double min_ = 0.0;
  double max_ = 1.0;
  std::vector<double> ticks_;
  std::vector<std::string> tick_labels_;
};

}  // namespace report::svg
