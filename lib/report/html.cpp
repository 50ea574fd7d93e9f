#include <fmt/format.h>

#include <cmath>

#include "report/conditions.h"
#include "report/directions.h"
#include "report/figures.h"
#include "report/html_parts.h"
#include "report/layout.h"
#include "report/paper_figures.h"
#include "report/sections.h"
#include "report/style.h"
#include "report/tables.h"
#include "report/writer.h"

namespace report {
namespace {

/// Plots side by side, without their legends.
std::string figure_grid(const std::vector<svg::SvgPlot>& plots) {
  std::vector<std::string> pictures;
  for (svg::SvgPlot plot : plots) {
    plot.legend = false;
    pictures.push_back(svg::render_svg(plot, false));
  }
  return html_figures(pictures);
}

/// The names of a plot's series as a list.
std::string legend(const svg::SvgPlot& plot) {
  std::string out = "<ul class=\"legend\">";
  for (const svg::SvgSeries& series : plot.series) {
    if (series.name.empty()) continue;
    out += fmt::format("<li>{}{}</li>", svg::svg_swatch(series), svg::escape_markup(series.name));
  }
  return out + "</ul>";
}

/// The error of the main series in the longest window, one card a reverberation time.
std::string cards(const ReportLayout& layout, const ReportSeries& series) {
  const doa::WindowLength& window = layout.windows().back();
  std::string out = "<div class=\"cards\">";
  for (const std::optional<double>& t60_s : layout.t60s()) {
    const evaluate::ReportRow* row = layout.find(series, window, t60_s);
    const std::optional<PaperCell> cell = paper_table1(series.method, window, t60_s);
    const std::string mean = row ? degrees_text(row->stats.mean_deg) : "-";
    out += fmt::format("<div class=\"card\"><div class=\"what\">{}</div><div class=\"big\">{}",
                       column_title(t60_s), mean == "-" ? kNoValueHtml : mean + "&deg;");
    if (row && std::isfinite(row->stats.ci95_deg)) {
      out += fmt::format(" <small>&plusmn;{}</small>", degrees_text(row->stats.ci95_deg));
    }
    out += "</div><div class=\"what\">";
    if (row && std::isfinite(row->stats.median_deg)) {
      out += fmt::format("median {}&deg;<br>", degrees_text(row->stats.median_deg));
    }
    out += fmt::format("{}</div></div>", cell ? fmt::format("paper {:.2f}&deg;", cell->mean_deg)
                                              : "not in the paper");
  }
  return out + "</div>";
}

std::string warnings(const evaluate::Report& report) {
  std::string out;
  for (const std::string& warning : report.warnings) {
    out += fmt::format("<p class=\"warning\" role=\"alert\">{}</p>", svg::escape_markup(warning));
  }
  return out;
}

std::string header(const evaluate::Report& report, const ReportLayout& layout,
                   const ReportSeries& series) {
  const doa::WindowLength& window = layout.windows().back();
  const std::string span = window.full() ? "whole sessions" : "windows of " + window_title(window);
  return fmt::format(
      "<header><h1>{}</h1><p class=\"lead\">Mean angle between the estimated and the true "
      "direction over {}, {}.</p>{}{}</header>\n",
      svg::escape_markup(report.title), span, svg::escape_markup(series_title(series)),
      warnings(report), cards(layout, series));
}

/// Conditions under a table of all rows of one source.
std::string row_conditions(const evaluate::Report& report, bool open) {
  std::vector<doa::ErrorStats> stats;
  for (const evaluate::ReportRow& row : report.rows) stats.push_back(row.stats);
  return conditions_html(report, counts_text(stats), open);
}

std::string table1_section(const evaluate::Report& report, const ReportLayout& layout) {
  return html_section(
      "Table 1: error by window and reverberation",
      fmt::format("Angular error in degrees: mean &plusmn; half the width of its 95 % interval "
                  "(bootstrap over sessions), and the median below it. Tinted rows are the "
                  "paper&#39;s own figures ({}), means on the paper&#39;s own test set. The "
                  "smallest mean of each window and column is bold.",
                  svg::escape_markup(kPaperCitation)),
      table1_html(layout) + row_conditions(report, true));
}

std::string sounding_section(const evaluate::Report& report, const ReportLayout& layout) {
  const std::string table = sounding_table_html(layout);
  if (table.empty()) return "";
  std::vector<doa::ErrorStats> stats;
  for (const evaluate::ReportRow& row : report.rows) {
    if (row.sounding) stats.push_back(*row.sounding);
  }
  return html_section("Table 1, windows in which the source sounds",
                      fmt::format("The same figures without the windows in which the source is "
                                  "silent. {}",
                                  kSoundingNote),
                      table + conditions_html(report, counts_text(stats), false));
}

std::string window_section(const ReportLayout& layout) {
  const std::vector<svg::SvgPlot> plots = window_plots(layout);
  return html_section("Error against window length",
                      "Mean errors. Both axes are logarithmic. Whiskers are 95 % intervals, and "
                      "dashed lines are the paper&#39;s figures.",
                      legend(plots.front()) + figure_grid(plots));
}

std::string distribution_section(const ReportLayout& layout, const ReportSeries& series) {
  const std::vector<svg::SvgPlot> cumulative = cumulative_plots(layout, series);
  if (cumulative.empty()) return "";
  const doa::WindowLength& window = layout.windows()[evaluate::reference_window(layout.windows())];
  std::string out = legend(cumulative.front()) + figure_grid(cumulative);
  const std::vector<svg::SvgPlot> histograms = histogram_plots(layout, series, window);
  if (!histograms.empty()) {
    out += fmt::format("<p class=\"note\">The same errors as a histogram, windows of {}:</p>",
                       window_title(window)) +
           figure_grid(histograms);
  }
  return html_section(
      "Distribution of errors",
      fmt::format("{}. A few large errors can dominate a mean. These curves show the share of "
                  "windows up to each error.",
                  svg::escape_markup(series_title(series))),
      out);
}

std::string detail_section(const evaluate::Report& report, const ReportLayout& layout) {
  std::size_t empty = 0;
  for (const evaluate::ReportRow& row : report.rows) empty += row.stats.empty;
  return html_section(
      "Every figure",
      fmt::format("Degrees. A window counts if it lies wholly inside its session. Its estimate is "
                  "for its center frame, or for its last frame if windows are causal. {} windows "
                  "had no bin to pool: the column &ldquo;No bins&rdquo; counts them, and no other "
                  "figure does.",
                  empty),
      detail_table_html(layout) + row_conditions(report, false));
}

/// The page of a report that has sessions of one source.
std::string single_source_sections(const evaluate::Report& report, const ReportLayout& layout,
                                   const ReportSeries& series) {
  std::string out =
      table1_section(report, layout) + sounding_section(report, layout) + window_section(layout);
  if (const std::string seeds = seed_table_html(layout); !seeds.empty()) {
    out += html_section("Spread over training seeds",
                        "Mean error in degrees of the models of each training seed, and the median "
                        "below it. The tables above hold the models of all seeds together.",
                        seeds + row_conditions(report, false));
  }
  out += optional_sections(report) + distribution_section(layout, series);
  out += html_section("Share of windows within 5 and 10 degrees",
                      "Percentage of windows with an error of at most 5 / 10 degrees.",
                      share_table_html(layout) + row_conditions(report, false));
  return out + detail_section(report, layout);
}

std::string page_head(const evaluate::Report& report) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta name=\"color-scheme\" content=\"light "
      "dark\"><title>{}</title>\n<style>{}{}</style></head>"
      "<body>\n",
      svg::escape_markup(report.title), svg::svg_style(), report_style());
}

}  // namespace

std::string report_html(const evaluate::Report& report) {
  std::string out = page_head(report);
  if (report.rows.empty() && report.sources.empty() && !report.directions.empty()) {
    out += fmt::format(
        "<header><h1>{}</h1><p class=\"lead\">Where sound came from. The true directions are not "
        "known, so there are no errors.</p>{}</header>\n<main>\n",
        svg::escape_markup(report.title), warnings(report));
  } else if (report.rows.empty() && !report.sources.empty()) {
    out += fmt::format(
        "<header><h1>{}</h1><p class=\"lead\">Several sources at once.</p>{}</header>\n<main>\n{}",
        svg::escape_markup(report.title), warnings(report), optional_sections(report));
  } else {
    const ReportLayout layout(report.rows);
    const ReportSeries& series = main_series(layout);
    out += header(report, layout, series) + "<main>\n" +
           single_source_sections(report, layout, series);
  }
  out += directions_html(report.directions);
  out += html_section("Options of this run",
                      "The values in effect, from the defaults, the configuration file and "
                      "the command line.",
                      options_html(report.options));
  out += html_section("Where the inputs come from",
                      "Each input with the steps that made it. The oldest step comes first.",
                      provenance_html(report.provenance));
  return out + fmt::format(
                   "</main><footer>csl {}. Programs find the same figures in report.json and "
                   "table1.csv.</footer></body></html>\n",
                   CSL_VERSION);
}

}  // namespace report
