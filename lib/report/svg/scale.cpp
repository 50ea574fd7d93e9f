#include "report/svg/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"

namespace report::svg {

std::vector<double> linear_ticks(double min, double max, int wanted) {
  if (!(max > min) || wanted < 1) return {min};
  const double raw = (max - min) / wanted;
  const double decade = std::pow(10.0, std::floor(std::log10(raw)));
  double step = 10.0 * decade;
  for (const double factor : {5.0, 2.0, 1.0}) {
    if (factor * decade >= raw * (1.0 - 1e-9)) step = factor * decade;
  }
  std::vector<double> ticks;
  const double slack = 1e-9 * (max - min);
  for (double i = std::ceil((min - slack) / step); i * step <= max + slack; i += 1.0) {
    ticks.push_back(i * step + 0.0);  // + 0 turns -0 into 0
  }
  return ticks;
}

std::vector<double> log_ticks(double min, double max, int wanted) {
  const auto collect = [&](std::initializer_list<double> factors, int every) {
    std::vector<double> ticks;
    for (int decade = static_cast<int>(std::floor(std::log10(min)));
         decade <= static_cast<int>(std::ceil(std::log10(max))); ++decade) {
      if (decade % every != 0) continue;
      for (const double factor : factors) {
        const double tick = factor * std::pow(10.0, decade);
        if (tick >= min * (1.0 - 1e-9) && tick <= max * (1.0 + 1e-9)) ticks.push_back(tick);
      }
    }
    return ticks;
  };
  std::vector<double> ticks = collect({1.0, 2.0, 5.0}, 1);
  for (int every = 1; static_cast<int>(ticks.size()) > wanted && every < 100; ++every) {
    ticks = collect({1.0}, every);
  }
  // Bounds with less than a factor of two between them may have no round number between them.
  // Evenly spaced ticks are easier to read there.
  return ticks.size() < 2 ? linear_ticks(min, max, 5) : ticks;
}

SvgScale::SvgScale(const SvgAxis& axis, const std::vector<double>& values, double pixels,
                   double spacing)
    : log_(axis.scale == Scale::kLog), pixels_(pixels) {
  choose_bounds(axis, values);
  if (axis.ticks.size() != axis.tick_labels.size()) {
    throw core::UsageError(fmt::format("plot: expected a label for each of {} ticks, found {}",
                                       axis.ticks.size(), axis.tick_labels.size()));
  }
  ticks_ = axis.ticks;
  tick_labels_ = axis.tick_labels;
  if (!ticks_.empty()) return;
  const int wanted = std::max(2, static_cast<int>(pixels / spacing));
  ticks_ = log_ ? log_ticks(min_, max_, wanted + 3) : linear_ticks(min_, max_, wanted);
  for (const double tick : ticks_) tick_labels_.push_back(fmt::format("{:.6g}", tick));
}

void SvgScale::choose_bounds(const SvgAxis& axis, const std::vector<double>& values) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const double value : values) {
    if (!drawable(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (!(low <= high)) {  // there is nothing to draw
    low = log_ ? 0.1 : 0.0;
    high = 1.0;
  }
  if (log_) {
    const double margin = std::max(std::pow(high / low, 0.05), 1.1);
    low /= margin;
    high *= margin;
  } else {
    if (low > 0.0 && low < 0.4 * high) low = 0.0;  // an axis of amounts starts at 0
    const double range = high > low ? high - low : std::max(1.0, std::abs(high));
    if (low != 0.0) low -= 0.05 * range;
    high += 0.05 * range;
  }
  min_ = std::isnan(axis.min) ? low : axis.min;
  max_ = std::isnan(axis.max) ? high : axis.max;
  if (!(max_ > min_) || !drawable(min_)) {
    throw core::UsageError(fmt::format(
        "plot: expected rising bounds for axis \"{}\", found {} to {}", axis.label, min_, max_));
  }
}

double SvgScale::position(double value) const {
  const double t =
      log_ ? std::log(value / min_) / std::log(max_ / min_) : (value - min_) / (max_ - min_);
  return t * pixels_;
}

bool SvgScale::drawable(double value) const {
  return std::isfinite(value) && (!log_ || value > 0.0);
}

}  // namespace report::svg
