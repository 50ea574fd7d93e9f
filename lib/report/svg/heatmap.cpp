#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "report/svg/plot.h"
#include "report/svg/scale.h"

namespace report::svg {
namespace {

/// Index of the color of a value, or -1 if nothing is drawn.
int level_of(const SvgHeatmap& h, float value) {
  if (!std::isfinite(value)) return -1;
  const double t = (static_cast<double>(value) - h.low) / (h.high - h.low);
  return std::clamp(static_cast<int>(t * kSvgLevels), 0, kSvgLevels - 1);
}

/// The class of a color in the style sheet is this letter and the color's number.
char ramp_letter(Ramp ramp) {
  switch (ramp) {
    case Ramp::kAmount:
      return 'h';
    case Ramp::kBright:
      return 'v';
    case Ramp::kTwoSided:
      return 'd';
    case Ramp::kCyclic:
      return 'c';
  }
  return 'h';
}

/// Diagonal lines over the marked cells: in every fourth diagonal of cells, one stroke a cell.
std::string hatching(const SvgHeatmap& h) {
  std::string fill, path;
  for (std::size_t row = 0; row < h.rows && !h.no_data.empty(); ++row) {
    const std::size_t y = h.rows - 1 - row;
    for (std::size_t c = 0; c < h.columns;) {
      std::size_t end = c;
      while (end < h.columns && h.no_data[row * h.columns + end] != 0) ++end;
      if (end > c) fill += fmt::format("M{} {}h{}v1h-{}z", c, y, end - c, end - c);
      for (std::size_t i = c; i < end; ++i) {
        if ((i + y) % 4 == 0) path += fmt::format("M{} {}l1 -1", i, y + 1);
      }
      c = end + 1;
    }
  }
  if (fill.empty()) return "";
  return fmt::format("<path class=\"nodata\" d=\"{}\"/><path class=\"hatch\" d=\"{}\"/>", fill,
                     path);
}

/// Appends a rectangle of `length` cells in one row. Row 0 of the values is at the bottom of the
/// picture.
void add_run(std::string& path, const SvgHeatmap& h, std::size_t row, std::size_t column,
             std::size_t length) {
  path += fmt::format("M{} {}h{}v1h-{}z", column, h.rows - 1 - row, length, length);
}

}  // namespace

std::string svg_cells(const SvgHeatmap& h) {
  std::array<std::string, kSvgLevels> paths;
  std::string marks;
  for (std::size_t row = 0; row < h.rows; ++row) {
    const std::size_t begin = row * h.columns;
    // Neighboring cells of one color become one rectangle.
    for (std::size_t c = 0; c < h.columns;) {
      const int level = level_of(h, h.value[begin + c]);
      std::size_t end = c + 1;
      while (end < h.columns && level_of(h, h.value[begin + end]) == level) ++end;
      if (level >= 0) add_run(paths[static_cast<std::size_t>(level)], h, row, c, end - c);
      c = end;
    }
    for (std::size_t c = 0; c < h.columns && !h.mark.empty(); ++c) {
      if (h.mark[begin + c] != 0) add_run(marks, h, row, c, 1);
    }
  }
  std::string out;
  for (std::size_t level = 0; level < paths.size(); ++level) {
    if (paths[level].empty()) continue;
    out += fmt::format("<path class=\"cells {}{}\" d=\"{}\"/>", ramp_letter(h.ramp), level,
                       paths[level]);
  }
  if (!marks.empty()) {
    out +=
        fmt::format("<path class=\"cells f{}\" d=\"{}\"/>", h.mark_color % kSvgPaletteSize, marks);
  }
  return out + hatching(h);
}

std::string svg_color_strip(Ramp ramp) {
  std::string out;
  for (int level = 0; level < kSvgLevels; ++level) {
    out += fmt::format("<rect class=\"{}{}\" x=\"{}\" width=\"8\" height=\"12\"/>",
                       ramp_letter(ramp), level, 8 * level);
  }
  return out;
}

std::string svg_color_bar(const SvgHeatmap& h, double left, double height) {
  constexpr double kWidth = 12.0;
  std::string out = fmt::format("<g transform=\"translate({:.1f} 0)\">", left);
  const double step = height / kSvgLevels;
  for (int level = 0; level < kSvgLevels; ++level) {
    out += fmt::format("<rect class=\"{}{}\" y=\"{:.2f}\" width=\"{}\" height=\"{:.2f}\"/>",
                       ramp_letter(h.ramp), level, height - (level + 1) * step, kWidth, step + 0.3);
  }
  SvgAxis axis{"", Scale::kLinear, h.low, h.high, {}, {}};
  for (const double tick : h.bar_ticks) {
    axis.ticks.push_back(tick);
    axis.tick_labels.push_back(fmt::format("{:.4g}", tick));
  }
  const SvgScale scale(axis, {}, height, 28.0);
  for (std::size_t i = 0; i < scale.ticks().size(); ++i) {
    out += fmt::format("<text class=\"tick faint\" x=\"{}\" y=\"{:.1f}\">{}</text>", kWidth + 5.0,
                       height - scale.position(scale.ticks()[i]) + 4.2,
                       escape_markup(scale.tick_labels()[i]));
  }
  return out + fmt::format(
                   "<text transform=\"translate({} {:.1f}) rotate(-90)\" "
                   "text-anchor=\"middle\">{}</text></g>",
                   kWidth + 46.0, 0.5 * height, escape_markup(h.name));
}

std::string svg_no_data_swatch() {
  return "<path class=\"nodata\" d=\"M8 0h18v12h-18z\"/>"
         "<path class=\"hatch\" d=\"M8 6l6 -6M8 12l12 -12M14 12l12 -12M20 12l6 -6\"/>";
}

}  // namespace report::svg
