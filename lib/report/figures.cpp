#include "report/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/paper_figures.h"
#include "report/writer.h"

namespace report {
namespace {

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

/// A panel of one reverberation time.
svg::SvgPlot t60_panel(const std::optional<double>& t60_s, const std::string& description) {
  return panel(t60_s ? column_title(t60_s) : "All reverberation times", description);
}

svg::SvgSeries measured_line(const ReportLayout& layout, const ReportSeries& series,
                             const std::optional<double>& t60_s, int color) {
  svg::SvgSeries line;
  line.name = series_title(series);
  line.color = color;
  for (const doa::WindowLength& window : layout.windows()) {
    const evaluate::ReportRow* row = layout.find(series, window, t60_s);
    line.x.push_back(window_axis_s(layout, window));
    line.y.push_back(row ? row->stats.mean_deg : kNotANumber);
    line.low.push_back(row ? row->stats.ci_low_deg : kNotANumber);
    line.high.push_back(row ? row->stats.ci_high_deg : kNotANumber);
  }
  return line;
}

svg::SvgSeries paper_line(const ReportLayout& layout, const std::string& method,
                          const std::optional<double>& t60_s, int color) {
  svg::SvgSeries line;
  line.name = "paper's " + method_title(method);
  line.color = color;
  line.dash = svg::Dash::kDashed;
  line.group = "paper";
  for (const doa::WindowLength& window : layout.windows()) {
    const std::optional<PaperCell> cell = paper_table1(method, window, t60_s);
    line.x.push_back(window_axis_s(layout, window));
    line.y.push_back(cell ? cell->mean_deg : kNotANumber);
  }
  return line;
}

/// The color of our first line of that method, or else the next color that no line has.
int paper_color(const ReportLayout& layout, const std::string& method, int& next_color) {
  for (std::size_t i = 0; i < layout.series().size(); ++i) {
    if (layout.series()[i].method == method) return static_cast<int>(i);
  }
  return next_color++;
}

/// Gives all panels the same y axis, so that readers can compare them.
void share_y_axis(std::vector<svg::SvgPlot>& plots) {
  double low = std::numeric_limits<double>::infinity();
  double high = 0.0;
  for (const svg::SvgPlot& plot : plots) {
    for (const svg::SvgSeries& line : plot.series) {
      for (const double y : line.y) {
        if (!(y > 0.0)) continue;
        low = std::min(low, y);
        high = std::max(high, y);
      }
    }
  }
  if (!(low <= high)) return;
  for (svg::SvgPlot& plot : plots) {
    plot.y.min = low / 1.3;
    plot.y.max = high * 1.3;
  }
}

/// Number of neighboring steps of the histogram that one bar shows: five bars a decade.
constexpr std::size_t kMerge = doa::ErrorHistogram::kPerDecade / 5;

svg::SvgBars histogram_bars(const doa::ErrorHistogram& histogram) {
  svg::SvgBars bars;
  bars.edges.push_back(doa::ErrorHistogram::edge_deg(0));
  for (std::size_t i = 0; i < doa::ErrorHistogram::kBins; i += kMerge) {
    const std::size_t end = std::min(i + kMerge, doa::ErrorHistogram::kBins);
    std::size_t count = 0;
    for (std::size_t j = i; j < end; ++j) count += histogram.counts()[j];
    bars.edges.push_back(doa::ErrorHistogram::edge_deg(end));
    bars.height.push_back(100.0 * static_cast<double>(count) /
                          static_cast<double>(histogram.total()));
  }
  return bars;
}

svg::SvgSeries cumulative_line(const doa::ErrorHistogram& histogram) {
  svg::SvgSeries line;
  line.markers = false;
  std::size_t count = 0;
  for (std::size_t i = 0; i < doa::ErrorHistogram::kBins; ++i) {
    count += histogram.counts()[i];
    line.x.push_back(doa::ErrorHistogram::edge_deg(i + 1));
    line.y.push_back(100.0 * static_cast<double>(count) / static_cast<double>(histogram.total()));
  }
  return line;
}

void error_axis(svg::SvgPlot& plot) {
  plot.x.label = "error, degrees";
  plot.x.scale = svg::Scale::kLog;
  plot.x.min = 0.05;
  plot.x.max = 180.0;
  plot.x.ticks = {0.1, 0.5, 1.0, 5.0, 10.0, 50.0};
  plot.x.tick_labels = {"0.1", "0.5", "1", "5", "10", "50"};
}

/// All series if they are few. If they are many, those of C-SL and, of each baseline, the paper's
/// way (grid, sensor frame) and the best one (refined, world frame). The tables have all series.
std::vector<ReportSeries> plotted_series(const ReportLayout& layout) {
  constexpr std::size_t kFew = 6;
  if (layout.series().size() <= kFew) return layout.series();
  std::vector<ReportSeries> chosen;
  for (const ReportSeries& series : layout.series()) {
    const bool mixed = (series.estimator == "grid" && series.pooling == "world") ||
                       (series.estimator == "refined" && series.pooling == "sensor");
    if (!mixed) chosen.push_back(series);
  }
  return chosen;
}

}  // namespace

svg::SvgPlot panel(const std::string& title, const std::string& description) {
  svg::SvgPlot plot;
  plot.title = title;
  plot.description = description;
  plot.width = 440;
  plot.height = 310;
  return plot;
}

std::vector<svg::SvgPlot> window_plots(const ReportLayout& layout, bool paper) {
  std::vector<svg::SvgPlot> plots;
  for (const std::optional<double>& t60_s : layout.t60s()) {
    svg::SvgPlot plot = t60_panel(t60_s, "Mean error in degrees against window length in seconds.");
    plot.x.label = "window, s";
    plot.x.scale = plot.y.scale = svg::Scale::kLog;
    plot.y.label = "mean error, degrees";
    for (const doa::WindowLength& window : layout.windows()) {
      plot.x.ticks.push_back(window_axis_s(layout, window));
      plot.x.tick_labels.push_back(window.label());
    }
    int color = 0;
    for (const ReportSeries& series : plotted_series(layout)) {
      plot.series.push_back(measured_line(layout, series, t60_s, color++));
    }
    for (const char* method : paper_methods()) {
      if (!paper || !layout.paper_has(method)) continue;
      plot.series.push_back(paper_line(layout, method, t60_s, paper_color(layout, method, color)));
    }
    plots.push_back(std::move(plot));
  }
  share_y_axis(plots);
  return plots;
}

std::vector<svg::SvgPlot> histogram_plots(const ReportLayout& layout, const ReportSeries& series,
                                          const doa::WindowLength& window) {
  std::vector<svg::SvgPlot> plots;
  double highest = 0.0;
  for (const std::optional<double>& t60_s : layout.t60s()) {
    const evaluate::ReportRow* row = layout.find(series, window, t60_s);
    if (row == nullptr || row->histogram.total() == 0) continue;
    svg::SvgPlot plot = t60_panel(t60_s, "Share of windows in each step of error.");
    error_axis(plot);
    plot.y.label = "share of windows, %";
    plot.bars.push_back(histogram_bars(row->histogram));
    for (const double height : plot.bars[0].height) highest = std::max(highest, height);
    plots.push_back(std::move(plot));
  }
  for (svg::SvgPlot& plot : plots) {
    plot.y.min = 0.0;
    plot.y.max = 1.05 * highest;
  }
  return plots;
}

std::vector<svg::SvgPlot> cumulative_plots(const ReportLayout& layout, const ReportSeries& series) {
  std::vector<svg::SvgPlot> plots;
  for (const std::optional<double>& t60_s : layout.t60s()) {
    svg::SvgPlot plot =
        t60_panel(t60_s, "Share of windows whose error is at most the value on the x axis.");
    error_axis(plot);
    plot.y.label = "windows up to this error, %";
    plot.y.min = 0.0;
    plot.y.max = 100.0;
    int color = 0;
    for (const doa::WindowLength& window : layout.windows()) {
      const evaluate::ReportRow* row = layout.find(series, window, t60_s);
      const int line_color = color++;
      if (row == nullptr || row->histogram.total() == 0) continue;
      plot.series.push_back(cumulative_line(row->histogram));
      plot.series.back().name = window_title(window);
      plot.series.back().color = line_color;
    }
    if (!plot.series.empty()) plots.push_back(std::move(plot));
  }
  return plots;
}

std::string error_vs_window_svg(const evaluate::Report& report) {
  std::vector<svg::SvgPlot> plots = window_plots(ReportLayout(report.rows), report.paper);
  return svg::render_svg_grid(plots, 2, true);
}

}  // namespace report
