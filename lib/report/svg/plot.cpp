#include "report/svg/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/errors.h"
#include "report/svg/legend.h"
#include "report/svg/scale.h"

namespace report::svg {
namespace {

constexpr double kLeft = 62.0;  // for tick labels and the label of the axis
constexpr double kRight = 16.0;
constexpr double kBottom = 48.0;
constexpr double kTitle = 30.0, kNoTitle = 12.0;
constexpr double kRowSpacing = 28.0;  // of the ticks of y axes
constexpr double kBarGap = 14.0;      // between the plot and the bar of colors
constexpr double kBarSpace = 82.0;    // for the bar with its ticks and its name

const char* dash_class(Dash dash) {
  if (dash == Dash::kDashed) return " dash";
  return dash == Dash::kDotted ? " dots" : "";
}

void check(const SvgPlot& plot) {
  for (const SvgHeatmap& h : plot.heatmaps) {
    const std::size_t cells = h.columns * h.rows;
    const bool marks_fit = (h.mark.empty() || h.mark.size() == cells) &&
                           (h.no_data.empty() || h.no_data.size() == cells);
    if (cells == 0 || h.value.size() != cells || !marks_fit || !(h.high > h.low)) {
      throw core::UsageError(
          fmt::format("plot \"{}\": a heat map's values do not fit its cells", plot.title));
    }
  }
  for (const SvgSeries& s : plot.series) {
    const std::size_t n = s.x.size();
    const bool bars_fit = s.low.size() == s.high.size() && (s.low.empty() || s.low.size() == n);
    if (s.y.size() != n || !bars_fit) {
      throw core::UsageError(fmt::format(
          "plot \"{}\": series \"{}\" has columns of different length", plot.title, s.name));
    }
  }
  for (const SvgBars& b : plot.bars) {
    if (b.edges.size() != b.height.size() + 1) {
      throw core::UsageError(fmt::format("plot \"{}\": expected {} edges of bars, found {}",
                                         plot.title, b.height.size() + 1, b.edges.size()));
    }
  }
}

/// The marker of a color, about 8 user units across, or a dot. There are six shapes.
std::string marker(int color, double x, double y, bool small) {
  const int c = palette(color);
  if (small) {
    return fmt::format("<circle class=\"f{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2\"/>", c, x, y);
  }
  const auto polygon = [&](std::string_view points) {
    return fmt::format("<path class=\"f{}\" transform=\"translate({:.1f} {:.1f})\" d=\"{}\"/>", c,
                       x, y, points);
  };
  switch (c % 6) {
    case 0:
      return fmt::format("<circle class=\"f{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"/>", c, x, y);
    case 1:
      return polygon("M-3.6 -3.6H3.6V3.6H-3.6Z");
    case 2:
      return polygon("M0 -4.8L4.4 3.2H-4.4Z");
    case 3:
      return polygon("M0 -5L5 0L0 5L-5 0Z");
    case 4:
      return polygon("M0 4.8L4.4 -3.2H-4.4Z");
    default:
      return polygon("M-1.4 -4.4H1.4V-1.4H4.4V1.4H1.4V4.4H-1.4V1.4H-4.4V-1.4H-1.4Z");
  }
}

std::string draw_heatmap(const SvgHeatmap& h, const SvgScale& x, const SvgScale& y, double height) {
  const double left = x.position(h.x_min);
  const double top = height - y.position(h.y_max);
  return fmt::format("<g transform=\"translate({:.2f} {:.2f}) scale({:.5f} {:.5f})\">{}</g>", left,
                     top, (x.position(h.x_max) - left) / static_cast<double>(h.columns),
                     (height - y.position(h.y_min) - top) / static_cast<double>(h.rows),
                     svg_cells(h));
}

std::string draw_bars(const SvgBars& bars, const SvgScale& x, const SvgScale& y, double height) {
  std::string out;
  for (std::size_t i = 0; i < bars.height.size(); ++i) {
    if (!(bars.height[i] > 0.0)) continue;
    const double left = x.position(bars.edges[i]) + 0.5;
    const double right = x.position(bars.edges[i + 1]) - 0.5;
    const double top = height - y.position(bars.height[i]);
    out += fmt::format(
        "<rect class=\"bar f{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>",
        palette(bars.color), left, top, std::max(right - left, 0.5), std::max(height - top, 0.0));
  }
  return out;
}

/// Markup inside a group with the series' class and opacity, if it has one.
std::string in_group(const SvgSeries& s, const std::string& markup) {
  if (markup.empty() || (s.group.empty() && s.opacity >= 1.0)) return markup;
  std::string attributes;
  if (!s.group.empty()) attributes += fmt::format(" class=\"{}\"", s.group);
  if (s.opacity < 1.0) attributes += fmt::format(" opacity=\"{:.2f}\"", s.opacity);
  return fmt::format("<g{}>{}</g>", attributes, markup);
}

/// A series' lines, which are cut at the axes, and its markers, which are drawn whole or not at all.
struct Drawn {
  std::string lines, markers;
};

Drawn draw_series(const SvgSeries& s, const SvgScale& x, const SvgScale& y, double width,
                  double height) {
  std::string path, whiskers, markers;
  bool pen_down = false;
  for (std::size_t i = 0; i < s.x.size(); ++i) {
    if (!x.drawable(s.x[i]) || !y.drawable(s.y[i])) {
      pen_down = false;
      continue;
    }
    const double px = x.position(s.x[i]);
    const double py = height - y.position(s.y[i]);
    path += fmt::format("{}{:.1f} {:.1f}", pen_down ? "L" : "M", px, py);
    pen_down = true;
    if (!s.low.empty() && y.drawable(s.high[i])) {
      const double low = y.drawable(s.low[i]) ? height - y.position(s.low[i]) : height;
      whiskers += fmt::format("M{:.1f} {:.1f}V{:.1f}", px, low, height - y.position(s.high[i]));
    }
    const bool inside = px >= -0.5 && px <= width + 0.5 && py >= -0.5 && py <= height + 0.5;
    if (s.markers && inside) markers += marker(s.color, px, py, s.small_markers);
  }
  std::string out;
  const int c = palette(s.color);
  if (!whiskers.empty()) out += fmt::format("<path class=\"whisker s{}\" d=\"{}\"/>", c, whiskers);
  if (s.line && !path.empty()) {
    out += fmt::format("<path class=\"line s{}{}\" d=\"{}\"/>", c, dash_class(s.dash), path);
  }
  return {in_group(s, out), in_group(s, markers)};
}

std::string draw_axes(const SvgPlot& plot, const SvgScale& x, const SvgScale& y, double width,
                      double height) {
  std::string grid, labels;
  for (std::size_t i = 0; i < x.ticks().size(); ++i) {
    const double px = x.position(x.ticks()[i]);
    if (px < -0.5 || px > width + 0.5) continue;
    grid += fmt::format("M{:.1f} 0V{:.1f}", px, height);
    labels += fmt::format(
        "<text class=\"tick faint\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>", px,
        height + 17.0, escape_markup(x.tick_labels()[i]));
  }
  for (std::size_t i = 0; i < y.ticks().size(); ++i) {
    const double py = height - y.position(y.ticks()[i]);
    if (py < -0.5 || py > height + 0.5) continue;
    grid += fmt::format("M0 {:.1f}H{:.1f}", py, width);
    labels += fmt::format(
        "<text class=\"tick faint\" x=\"-8\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", py + 4.2,
        escape_markup(y.tick_labels()[i]));
  }
  labels += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>",
                        0.5 * width, height + 38.0, escape_markup(plot.x.label));
  labels += fmt::format(
      "<text transform=\"translate({:.1f} {:.1f}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
      14.0 - kLeft, 0.5 * height, escape_markup(plot.y.label));
  return fmt::format(
      "<path class=\"grid\" d=\"{}\"/><path class=\"axis\" d=\"M0 0V{:.1f}H{:.1f}\"/>{}", grid,
      height, width, labels);
}

std::vector<double> drawn_x(const SvgPlot& plot) {
  std::vector<double> values;
  for (const SvgSeries& s : plot.series) values.insert(values.end(), s.x.begin(), s.x.end());
  for (const SvgBars& b : plot.bars) values.insert(values.end(), b.edges.begin(), b.edges.end());
  for (const SvgHeatmap& h : plot.heatmaps) values.insert(values.end(), {h.x_min, h.x_max});
  return values;
}

std::vector<double> drawn_y(const SvgPlot& plot) {
  std::vector<double> values;
  for (const SvgSeries& s : plot.series) {
    for (const std::vector<double>* column : {&s.y, &s.low, &s.high}) {
      values.insert(values.end(), column->begin(), column->end());
    }
  }
  for (const SvgBars& b : plot.bars) {
    values.insert(values.end(), b.height.begin(), b.height.end());
    values.push_back(0.0);
  }
  for (const SvgHeatmap& h : plot.heatmaps) values.insert(values.end(), {h.y_min, h.y_max});
  return values;
}

/// Title, legend and plot area, without the outer element.
std::string draw_plot(const SvgPlot& plot) {
  check(plot);
  std::string out = fmt::format("<text class=\"title\" x=\"{:.0f}\" y=\"20\">{}</text>", kLeft,
                                escape_markup(plot.title));
  double top = plot.title.empty() ? kNoTitle : kTitle, legend_height = 0.0;
  if (plot.legend) {
    const Legend legend = draw_legend(plot, kLeft, top, plot.width - kLeft - kRight);
    out += legend.markup;
    legend_height = legend.height + (legend.height > 0.0 ? 6.0 : 0.0);
    top += legend_height;
  }
  const auto [width, without_legend] = plot_area(plot);
  const double height = without_legend - legend_height;
  const SvgScale x(plot.x, drawn_x(plot), width);
  const SvgScale y(plot.y, drawn_y(plot), height, kRowSpacing);
  out += fmt::format("<g transform=\"translate({:.1f} {:.1f})\">{}", kLeft, top,
                     draw_axes(plot, x, y, width, height));
  // A nested <svg> clips what lies outside fixed bounds, without an id that could clash in a page.
  out += fmt::format("<svg width=\"{:.1f}\" height=\"{:.1f}\" overflow=\"hidden\">", width, height);
  for (const SvgHeatmap& h : plot.heatmaps) out += draw_heatmap(h, x, y, height);
  for (const SvgBars& b : plot.bars) out += draw_bars(b, x, y, height);
  std::string markers;
  for (const SvgSeries& s : plot.series) {
    const Drawn drawn = draw_series(s, x, y, width, height);
    out += drawn.lines;
    markers += drawn.markers;
  }
  out += "</svg>" + markers;
  for (const SvgText& text : plot.texts) {
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>",
                       x.position(text.x), height - y.position(text.y) + text.down,
                       escape_markup(text.text));
  }
  for (const SvgHeatmap& h : plot.heatmaps) {
    if (h.bar()) out += svg_color_bar(h, width + kBarGap, height);
  }
  return out + "</g>";
}

/// The names of the first plot, and of what any plot hatches.
SvgPlot grid_legend(const std::vector<SvgPlot>& plots) {
  SvgPlot legend = plots.front();
  for (const SvgPlot& plot : plots) {
    for (const SvgHeatmap& h : plot.heatmaps) {
      const bool named = std::ranges::any_of(
          legend.heatmaps, [&](const auto& other) { return other.no_data_name == h.no_data_name; });
      if (!named && !h.no_data_name.empty()) legend.heatmaps.push_back(h);
    }
  }
  return legend;
}

}  // namespace

std::pair<double, double> plot_area(const SvgPlot& plot) {
  const bool bar = std::ranges::any_of(plot.heatmaps, [](const auto& h) { return h.bar(); });
  const double right = bar || plot.space_for_bar ? kBarSpace : kRight;
  const double top = plot.title.empty() ? kNoTitle : kTitle;
  return {plot.width - kLeft - right, plot.height - top - kBottom};
}

std::string svg_swatch(const SvgSeries& series) {
  std::string out = "<svg class=\"plot\" width=\"34\" height=\"12\" viewBox=\"0 0 34 12\"";
  out += series.opacity < 1.0 ? fmt::format(" opacity=\"{:.2f}\">", series.opacity) : ">";
  if (series.line) {
    out += fmt::format("<path class=\"line s{}{}\" d=\"M2 6H32\"/>", palette(series.color),
                       dash_class(series.dash));
  }
  if (series.markers) out += marker(series.color, 17.0, 6.0, false);
  return out + "</svg>";
}

std::string render_svg(const SvgPlot& plot, bool standalone) {
  return svg_open(plot.width, plot.height, plot.title, plot.description, standalone) +
         draw_plot(plot) + "</svg>\n";
}

std::string render_svg_grid(const std::vector<SvgPlot>& plots, int columns, bool standalone) {
  if (plots.empty() || columns < 1) {
    throw core::UsageError("plot: a grid needs at least one plot and one column");
  }
  const auto across = std::min(static_cast<std::size_t>(columns), plots.size());
  const int width = plots.front().width * static_cast<int>(across);
  const Legend legend = draw_legend(grid_legend(plots), 12.0, 12.0, width - 24.0);
  const int first_row = static_cast<int>(legend.height) + 20;
  std::string panels;
  int top = first_row, row_height = 0;
  for (std::size_t i = 0; i < plots.size(); ++i) {
    if (i % across == 0) top += std::exchange(row_height, 0);
    SvgPlot panel = plots[i];
    panel.legend = false;
    row_height = std::max(row_height, panel.height);
    panels += fmt::format("<g transform=\"translate({} {})\">{}</g>",
                          static_cast<int>(i % across) * panel.width, top, draw_plot(panel));
  }
  std::string out =
      svg_open(width, top + row_height, plots.front().title, plots.front().description, standalone);
  out += legend.markup + panels;
  return out + "</svg>\n";
}

}  // namespace report::svg
