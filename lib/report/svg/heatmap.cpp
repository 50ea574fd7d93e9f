#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "report/svg/plot.h"

namespace report::svg {
namespace {

/// Index of the color of a value, or -1 if nothing is drawn.
int level_of(const SvgHeatmap& h, float value) {
  if (!std::isfinite(value)) return -1;
  const double t = (static_cast<double>(value) - h.low) / (h.high - h.low);
  return std::clamp(static_cast<int>(t * kSvgLevels), 0, kSvgLevels - 1);
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
    out += fmt::format("<path class=\"cells {}{}\" d=\"{}\"/>", h.bright ? 'v' : 'h', level,
                       paths[level]);
  }
  if (!marks.empty()) {
    out +=
        fmt::format("<path class=\"cells f{}\" d=\"{}\"/>", h.mark_color % kSvgPaletteSize, marks);
  }
  return out;
}

std::string svg_color_strip(bool bright) {
  std::string out;
  for (int level = 0; level < kSvgLevels; ++level) {
    out += fmt::format("<rect class=\"{}{}\" x=\"{}\" width=\"8\" height=\"12\"/>",
                       bright ? 'v' : 'h', level, 8 * level);
  }
  return out;
}

}  // namespace report::svg
