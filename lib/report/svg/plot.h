/// Small line and bar plots as SVG text that stands alone or inside a page. Colors are CSS
/// variables with light and dark values, so one picture follows the reader's preference. No dates,
/// no ids that clash.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace report::svg {

enum class Scale { kLinear, kLog };
enum class Dash { kSolid, kDashed, kDotted };

/// One axis. NaN bounds are chosen from the data, with a small margin.
struct SvgAxis {
  std::string label;
  Scale scale = Scale::kLinear;
  double min = std::numeric_limits<double>::quiet_NaN();
  double max = std::numeric_limits<double>::quiet_NaN();
  /// Fixed ticks instead of chosen ones, with their labels; both empty or of the same length.
  std::vector<double> ticks = {};
  std::vector<std::string> tick_labels = {};
};

/// A line with markers. Points that are not finite (or not positive on a log axis) break the line.
struct SvgSeries {
  std::string name;                         ///< legend entry; empty: none
  std::vector<double> x, y;                 ///< [points]
  std::vector<double> low = {}, high = {};  ///< error bars in y, [points] or empty
  int color = 0;                            ///< index into the palette, taken modulo its size
  Dash dash = Dash::kSolid;
  bool markers = true;
  bool line = true;
};

/// Bars between edges[i] and edges[i + 1] of the x axis, drawn behind the lines.
struct SvgBars {
  std::string name;
  std::vector<double> edges;   ///< [bars + 1], increasing
  std::vector<double> height;  ///< [bars], >= 0
  int color = 0;
};

/// Colors of a heat map, from its lowest to its highest value.
inline constexpr int kSvgLevels = 12;

/// Cells colored by value, drawn behind everything else; both axes must be linear.
struct SvgHeatmap {
  std::string name;  ///< legend entry, beside the colors and their range; empty: none
  std::size_t columns = 0, rows = 0;
  double x_min = 0.0, x_max = 1.0, y_min = 0.0, y_max = 1.0;  ///< area covered
  std::vector<float> value;      ///< [rows, columns], the first row at y_min; NaN: nothing is drawn
  double low = 0.0, high = 1.0;  ///< values of the first and last color; others are clipped
  /// Cells painted over in a palette color, [rows, columns]; empty: none.
  std::vector<unsigned char> mark = {};
  int mark_color = 4;
  std::string mark_name = {};
};

struct SvgPlot {
  std::string title;        ///< also the picture's accessible name
  std::string description;  ///< one sentence for readers who cannot see it
  SvgAxis x, y;
  std::vector<SvgHeatmap> heatmaps = {};
  std::vector<SvgBars> bars = {};
  std::vector<SvgSeries> series = {};
  int width = 640;  ///< user units; the picture scales with its place
  int height = 400;
  bool legend = true;
};

inline constexpr int kSvgPaletteSize = 8;

/// The picture as one <svg> element. `standalone` adds what a file of its own needs: the XML name
/// space and the colors of both schemes.
/// @throws core::UsageError  if lengths of a series or of bars do not match
std::string render_svg(const SvgPlot& plot, bool standalone);

/// Several plots in one picture, row by row, under one legend made of the first plot's names.
/// @param columns  plots side by side, >= 1
std::string render_svg_grid(const std::vector<SvgPlot>& plots, int columns, bool standalone);

/// The style sheet that inline pictures need once in their page. Plain colors and one media query,
/// no variables: programs that turn SVG into PDF or PNG read it too.
std::string svg_style();

/// Line and marker of a series as a picture of 34 x 12, for legends written in HTML.
std::string svg_swatch(const SvgSeries& series);

/// The opening of an <svg> element with its title, description and background; closed by </svg>.
std::string svg_open(int width, int height, const std::string& title,
                     const std::string& description, bool standalone);

/// The cells of a heat map as paths in units of cells, the first row at the bottom.
std::string svg_cells(const SvgHeatmap& heatmap);

/// A strip of all heat map colors, 96 x 12.
std::string svg_color_strip();

/// Text with & < > " ' replaced, safe inside XML and HTML.
std::string escape_markup(const std::string& text);

/// Ticks at 1, 2 or 5 times a power of ten that cover [min, max] with about `wanted` of them.
std::vector<double> linear_ticks(double min, double max, int wanted);
/// Ticks at 1, 2, 5 (or only 1) times powers of ten inside [min, max], 0 < min < max.
std::vector<double> log_ticks(double min, double max, int wanted);

}  // namespace report::svg
