#include "report/sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/quantile.h"
#include "report/conditions.h"
#include "report/figures.h"
#include "report/html_parts.h"
#include "report/layout.h"
#include "report/paper_figures.h"
#include "report/sound_map.h"
#include "report/svg/plot.h"
#include "report/svg/sphere.h"
#include "report/tracks.h"
#include "so3/grid.h"

namespace report {
namespace {

std::string spectrogram_section(const evaluate::SpectrogramFigure& figure) {
  svg::SvgPlot plot = panel("", "Spectrogram with the most confident bins marked.");
  plot.width = 960;
  plot.height = 380;
  plot.heatmaps.push_back(sound_map(figure));
  plot.heatmaps[0].mark_name = "most confident";
  plot.x = {"time, s", svg::Scale::kLinear, 0.0, plot.heatmaps[0].x_max, {}, {}};
  plot.y = {"frequency, kHz", svg::Scale::kLinear, 0.0, plot.heatmaps[0].y_max, {}, {}};
  return html_section("The most confident bins", svg::escape_markup(figure.caption),
                      html_wide_figure(svg::render_svg(plot, false)));
}

std::string confidence_picture(const std::vector<doa::ConfidenceGroup>& curve) {
  svg::SvgPlot plot =
      panel("Error over confidence", "Error of bins over percentile groups of confidence.");
  svg::SvgSeries mean{"mean", {}, {}};
  svg::SvgSeries median{"median", {}, {}};
  median.color = 2;
  for (std::size_t g = 0; g < curve.size(); ++g) {
    const double percentile =
        100.0 * (static_cast<double>(g) + 0.5) / static_cast<double>(curve.size());
    for (svg::SvgSeries* line : {&mean, &median}) line->x.push_back(percentile);
    mean.y.push_back(curve[g].mean_error_deg);
    median.y.push_back(curve[g].median_error_deg);
  }
  plot.series = {mean, median};
  plot.x = {"percentile of confidence", svg::Scale::kLinear, 0.0, 100.0, {}, {}};
  plot.y.label = "error, degrees";
  return svg::render_svg(plot, false);
}

std::string reliability_picture(const std::vector<doa::ReliabilityPoint>& points) {
  svg::SvgPlot plot = panel("Reliability", "Predicted against actual error of windows.");
  svg::SvgSeries line{"windows", {}, {}};
  double low = std::numeric_limits<double>::infinity(), high = 0.0;
  for (const doa::ReliabilityPoint& point : points) {
    line.x.push_back(point.predicted_deg);
    line.y.push_back(point.actual_deg);
    for (const double value : {point.predicted_deg, point.actual_deg}) {
      if (value > 0.0) low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  svg::SvgSeries ideal{"as predicted", {low, high}, {low, high}};
  ideal.color = 7;
  ideal.dash = svg::Dash::kDashed;
  ideal.markers = false;
  plot.series = {line, ideal};
  plot.x.label = "predicted error, degrees";
  plot.y.label = "actual error, degrees";
  plot.x.scale = plot.y.scale = svg::Scale::kLog;
  return svg::render_svg(plot, false);
}

std::string confidence_section(const evaluate::Report& report) {
  std::vector<std::string> pictures;
  if (!report.confidence_curve.empty())
    pictures.push_back(confidence_picture(report.confidence_curve));
  if (!report.reliability.empty()) pictures.push_back(reliability_picture(report.reliability));
  if (pictures.empty()) return "";
  std::string text;
  if (!report.confidence_curve.empty()) {
    text +=
        "Error over confidence: bins in groups of equal size, sorted by confidence. The error "
        "should fall with the confidence. ";
  }
  if (!report.reliability.empty()) {
    text +=
        "Reliability: windows in groups of equal size, sorted by predicted error. The actual error "
        "should follow the diagonal.";
  }
  return html_section("Error against confidence", text, html_figures(pictures));
}

/// log10 of the density at the grid point nearest to a direction, relative to the highest density.
std::function<double(const Eigen::Vector3d&)> log_density(const evaluate::DensityFigure& figure) {
  const float highest = *std::max_element(figure.density.begin(), figure.density.end());
  return [&figure, highest](const Eigen::Vector3d& direction) {
    std::size_t nearest = 0;
    double best = -2.0;
    for (std::size_t j = 0; j < figure.points.size(); ++j) {
      const double cosine = figure.points[j].dot(direction);
      if (cosine > best) best = cosine, nearest = j;
    }
    return std::log10(std::max(1e-12, static_cast<double>(figure.density[nearest]) /
                                          std::max(static_cast<double>(highest), 1e-30)));
  };
}

std::string density_section(const evaluate::DensityFigure& figure) {
  svg::SvgSphere sphere;
  sphere.title = "Kernel density of one window, world frame";
  sphere.description = "Logarithm of the kernel density over the sphere.";
  sphere.name = "log10 density";
  sphere.low = -4.0;
  sphere.high = 0.0;
  sphere.value = log_density(figure);
  sphere.rings = figure.predicted;
  sphere.crosses = figure.truth;
  sphere.ring_name = "estimate";
  sphere.cross_name = "truth";
  return html_section("Density of directions in one window", svg::escape_markup(figure.caption),
                      html_figures({svg::render_sphere(sphere, false)}));
}

std::string direction_section(const doa::DirectionErrorMap& map) {
  svg::SvgSphere sphere;
  sphere.title = "Mean error by true direction, sensor frame";
  sphere.description = "Mean error over the sphere of true directions.";
  sphere.name = "degrees";
  sphere.no_data_name = "no window";
  sphere.value = [&map](const Eigen::Vector3d& direction) { return map.mean_error_deg(direction); };
  std::vector<double> means;
  for (const Eigen::Vector3d& direction : so3::fibonacci_grid(2000)) {
    const double mean_deg = map.mean_error_deg(direction);
    if (std::isfinite(mean_deg)) means.push_back(mean_deg);
  }
  // One bad cell must not take the colors from all others.
  sphere.high = std::max(core::quantile(means, 0.95), 1e-3);
  return html_section(
      "Error by part of the sphere",
      fmt::format("Mean error in cells of equal area. The last color holds all cells "
                  "above {:.3g} degrees, a twentieth of them.",
                  sphere.high),
      html_figures({svg::render_sphere(sphere, false)}));
}

std::string drift_section(const std::vector<evaluate::DriftRow>& rows) {
  svg::SvgPlot plot =
      panel("Error over orientation drift", "Mean error over the orientation's drift.");
  std::vector<doa::WindowLength> windows;
  for (const evaluate::DriftRow& row : rows) insert_once(windows, row.window);
  for (std::size_t w = 0; w < windows.size(); ++w) {
    svg::SvgSeries line{window_title(windows[w]), {}, {}};
    line.color = static_cast<int>(w);
    for (const evaluate::DriftRow& row : rows) {
      if (!(row.window == windows[w])) continue;
      line.x.push_back(row.drift_deg);
      line.y.push_back(row.stats.mean_deg);
      line.low.push_back(row.stats.ci_low_deg);
      line.high.push_back(row.stats.ci_high_deg);
    }
    plot.series.push_back(std::move(line));
  }
  plot.x.label = "drift over the session, degrees";
  plot.y.label = "mean error, degrees";
  return html_section(
      "When the orientation drifts",
      "The estimator gets an orientation that drifts away from the truth. The drift grows evenly "
      "from the first frame to the last frame of a session.",
      html_figures({svg::render_svg(plot, false)}));
}

std::string table2_sections(const evaluate::Report& report) {
  std::vector<doa::ErrorStats> stats, sounding;
  for (const evaluate::SourcesRow& row : report.sources) {
    stats.push_back(row.stats);
    if (row.sounding) sounding.push_back(*row.sounding);
  }
  std::string out = html_section(
      "Table 2: several sources",
      fmt::format("Weighted Chamfer distance in degrees: mean &plusmn; half the width of its 95 % "
                  "interval, and the median. Every source that has a direction at some time in the "
                  "window is part of the truth.<span class=\"paper\"> Tinted rows are the "
                  "paper&#39;s own figures ({}).</span>",
                  svg::escape_markup(kPaperCitation)),
      table2_html(report) + conditions_html(report, counts_text(stats), true));
  if (const std::string table = sounding_table2_html(report); !table.empty()) {
    out += html_folded_section(
        "Table 2, sounding sources only",
        fmt::format("Only sources that sound in the window are part of the truth, and only windows "
                    "with such a source count. {}",
                    kSoundingNote),
        "Table of the sounding sources",
        table + conditions_html(report, counts_text(sounding), false));
  }
  return out;
}

}  // namespace

std::string optional_sections(const evaluate::Report& report) {
  std::string out;
  if (!report.sources.empty()) out += table2_sections(report);
  out += tracks_section(report);
  if (report.spectrogram) out += spectrogram_section(*report.spectrogram);
  out += confidence_section(report);
  if (report.density) out += density_section(*report.density);
  if (report.direction_errors && report.direction_errors->total() > 0) {
    out += direction_section(*report.direction_errors);
  }
  if (!report.drift.empty()) out += drift_section(report.drift);
  return out;
}

}  // namespace report
