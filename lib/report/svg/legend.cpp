#include "report/svg/legend.h"

#include <fmt/format.h>

namespace report::svg {
namespace {

constexpr double kLegendRow = 20.0;
constexpr double kSwatch = 34.0;

}  // namespace

Legend draw_legend(const SvgPlot& plot, double left, double top, double width) {
  Legend legend;
  double x = left, y = top;
  const auto entry = [&](const std::string& name, const std::string& swatch, double swatch_width) {
    const double needed = swatch_width + 8.0 + 7.0 * static_cast<double>(name.size()) + 16.0;
    if (x > left && x + needed > left + width) {
      x = left;
      y += kLegendRow;
    }
    legend.markup += fmt::format("<g transform=\"translate({:.1f} {:.1f})\">{}</g>", x, y, swatch);
    legend.markup += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>",
                                 x + swatch_width + 6.0, y + 10.5, escape_markup(name));
    x += needed;
    legend.height = y - top + kLegendRow;
  };
  for (const SvgHeatmap& h : plot.heatmaps) {
    if (!h.no_data_name.empty()) entry(h.no_data_name, svg_no_data_swatch(), kSwatch);
    if (!h.mark_name.empty()) {
      entry(h.mark_name,
            fmt::format("<rect class=\"f{}\" x=\"8\" width=\"18\" height=\"12\"/>",
                        palette(h.mark_color)),
            kSwatch);
    }
  }
  for (const SvgBars& b : plot.bars) {
    if (b.name.empty()) continue;
    entry(b.name,
          fmt::format("<rect class=\"bar f{}\" x=\"8\" width=\"18\" height=\"12\"/>",
                      palette(b.color)),
          kSwatch);
  }
  for (const SvgSeries& s : plot.series) {
    if (!s.name.empty()) entry(s.name, svg_swatch(s), kSwatch);
  }
  return legend;
}

}  // namespace report::svg
