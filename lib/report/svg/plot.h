/// Small line and bar plots as SVG text, for a file of its own or for a page. Colors come from a
/// style sheet with a light and a dark scheme, so that a picture follows the reader's preference.
/// Pictures have no dates and no ids, so equal plots are equal bytes and can share a page.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace report::svg {

enum class Scale { kLinear, kLog };
enum class Dash { kSolid, kDashed, kDotted };

/// One axis. Bounds that are NaN are chosen from the data, with a small margin.
struct SvgAxis {
  std::string label;
  Scale scale = Scale::kLinear;
  double min = std::numeric_limits<double>::quiet_NaN();
  double max = std::numeric_limits<double>::quiet_NaN();
  /// Ticks and their labels, of the same length. Empty: they are chosen from the bounds.
  std::vector<double> ticks = {};
  std::vector<std::string> tick_labels = {};
};

/// A line with markers. A point that is not finite, or not positive on a log axis, breaks the line.
struct SvgSeries {
  std::string name;                         ///< legend entry; empty: none
  std::vector<double> x, y;                 ///< [points]
  std::vector<double> low = {}, high = {};  ///< error bars in y, [points] or empty
  int color = 0;                            ///< index into the palette, modulo its size
  Dash dash = Dash::kSolid;
  bool markers = true;
  bool line = true;
  double opacity = 1.0;        ///< (0, 1]
  bool small_markers = false;  ///< dots, for many points
  std::string group = {};      ///< CSS class of its own, by which a page can hide it
};

/// Bars between edges[i] and edges[i + 1] of the x axis, drawn behind the lines.
struct SvgBars {
  std::string name;
  std::vector<double> edges;   ///< [bars + 1], increasing
  std::vector<double> height;  ///< [bars], >= 0
  int color = 0;
};

/// Number of colors of a heat map.
inline constexpr int kSvgLevels = 12;

/// Colors of a heat map. All differ in lightness too, for color-blind readers and gray prints.
enum class Ramp {
  kAmount,    ///< small values are near the background
  kBright,    ///< large values are bright, also on a light page
  kTwoSided,  ///< a neutral middle and two hues, for values below and above a reference
  kCyclic,    ///< the last color meets the first one, for angles
};

/// Cells colored by value, drawn behind everything else; both axes must be linear.
struct SvgHeatmap {
  std::string name;  ///< quantity and unit, beside the bar of colors; empty: no bar
  std::size_t columns = 0, rows = 0;
  double x_min = 0.0, x_max = 1.0, y_min = 0.0, y_max = 1.0;  ///< area covered
  std::vector<float> value;      ///< [rows, columns], the first row at y_min; NaN: nothing is drawn
  double low = 0.0, high = 1.0;  ///< values of the first and last color; others are clamped
  Ramp ramp = Ramp::kAmount;
  std::vector<double> bar_ticks = {};  ///< values named at the bar of colors; empty: round ones
  /// Cells painted over in a palette color, [rows, columns], 1: painted; empty: no cell.
  std::vector<unsigned char> mark = {};
  int mark_color = 4;
  std::string mark_name = {};
  /// Cells that are hatched because they have no value, [rows, columns], 1: hatched; empty: none.
  std::vector<unsigned char> no_data = {};
  std::string no_data_name = {};  ///< legend entry

  bool bar() const { return !name.empty(); }
};

/// A word at a point of the plot.
struct SvgText {
  std::string text;
  double x = 0.0, y = 0.0;
  double down = 0.0;  ///< user units from the point to the text's base line
};

struct SvgPlot {
  std::string title;        ///< also the picture's accessible name
  std::string description;  ///< one sentence for readers who cannot see it
  SvgAxis x, y;
  std::vector<SvgHeatmap> heatmaps = {};
  std::vector<SvgBars> bars = {};
  std::vector<SvgSeries> series = {};
  std::vector<SvgText> texts = {};
  int width = 640;  ///< user units; the picture scales with its place
  int height = 400;
  bool legend = true;
  bool space_for_bar = false;  ///< as wide as a plot with a bar of colors, to stand below one
};

inline constexpr int kSvgPaletteSize = 8;

/// The picture as one <svg> element.
/// @param standalone  adds the XML name space and the style sheet, which a file of its own needs
/// @throws core::UsageError  if lengths of a series or of bars do not match
std::string render_svg(const SvgPlot& plot, bool standalone);

/// Width and height of the area inside the axes, if the plot has no legend, user units.
std::pair<double, double> plot_area(const SvgPlot& plot);

/// Several plots in one picture, row by row, under one legend with the names of the first plot.
/// @param columns  plots side by side, >= 1
std::string render_svg_grid(const std::vector<SvgPlot>& plots, int columns, bool standalone);

/// The style sheet that a page with pictures needs once. It has plain colors and one media query
/// but no variables, because programs that convert SVG into PDF or PNG do not read variables.
std::string svg_style();

/// Line and marker of a series, 34 x 12 user units, for legends in HTML.
std::string svg_swatch(const SvgSeries& series);

/// The opening of an <svg> element with its title, description and background; closed by </svg>.
std::string svg_open(int width, int height, const std::string& title,
                     const std::string& description, bool standalone);

/// The cells of a heat map as paths in units of cells, the first row at the bottom.
std::string svg_cells(const SvgHeatmap& heatmap);

/// All colors of a heat map side by side, 96 x 12 user units.
std::string svg_color_strip(Ramp ramp);

/// The colors of a heat map on top of each other, with ticks and the map's name.
/// @param left  place of the bar, user units; @param height  its height
std::string svg_color_bar(const SvgHeatmap& heatmap, double left, double height);

/// The hatching of cells without a value, 34 x 12 user units.
std::string svg_no_data_swatch();

/// Text with & < > " ' replaced, safe inside XML and HTML.
std::string escape_markup(const std::string& text);

/// Ticks at 1, 2 or 5 times a power of ten that cover [min, max] with about `wanted` of them.
std::vector<double> linear_ticks(double min, double max, int wanted);
/// Ticks at 1, 2, 5 (or only 1) times powers of ten inside [min, max], 0 < min < max.
std::vector<double> log_ticks(double min, double max, int wanted);

}  // namespace report::svg
