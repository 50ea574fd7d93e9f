#include <fmt/format.h>

#include <cmath>

#include "report/figures.h"
#include "report/layout.h"
#include "report/paper_figures.h"
#include "report/sections.h"
#include "report/style.h"
#include "report/tables.h"
#include "report/writer.h"

namespace report {
namespace {

std::string figure_grid(const std::vector<report::svg::SvgPlot>& plots) {
  std::string out = "<div class=\"plots\">";
  for (report::svg::SvgPlot plot : plots) {
    plot.legend = false;
    out += "<figure>" + report::svg::render_svg(plot, false) + "</figure>";
  }
  return out + "</div>";
}

std::string legend(const report::svg::SvgPlot& plot) {
  std::string out = "<ul class=\"legend\">";
  for (const report::svg::SvgSeries& series : plot.series) {
    if (series.name.empty()) continue;
    out += fmt::format("<li>{}{}</li>", report::svg::svg_swatch(series),
                       report::svg::escape_markup(series.name));
  }
  return out + "</ul>";
}

/// The main method's error over the longest window, one card a reverberation time.
std::string cards(const ReportLayout& layout, const ReportSeries& series) {
  const doa::WindowLength& window = layout.windows().back();
  std::string out = "<div class=\"cards\">";
  for (const std::optional<double>& t60_s : layout.t60s()) {
    const evaluate::ReportRow* row = layout.find(series, window, t60_s);
    const std::optional<PaperCell> cell = paper_table1(series.method, window, t60_s);
    const std::string mean = row ? degrees_text(row->stats.mean_deg) : "-";
    out += fmt::format("<div class=\"card\"><div class=\"what\">{}{}</div><div class=\"big\">{}",
                       t60_s && *t60_s > 0.0 ? "T60 " : "", t60_title(t60_s),
                       mean == "-" ? "&ndash;" : mean + "&deg;");
    if (row && std::isfinite(row->stats.ci95_deg)) {
      out += fmt::format(" <small>&plusmn;{}</small>", degrees_text(row->stats.ci95_deg));
    }
    out +=
        fmt::format("</div><div class=\"what\">{}</div></div>",
                    cell ? fmt::format("paper {:.2f}&deg;", cell->mean_deg) : "not in the paper");
  }
  return out + "</div>";
}

std::string header(const evaluate::Report& report, const ReportLayout& layout,
                   const ReportSeries& series) {
  const doa::WindowLength& window = layout.windows().back();
  const std::string span = window.full() ? "whole sessions" : "windows of " + window_title(window);
  return fmt::format(
      "<header><h1>{}</h1><p class=\"lead\">Mean angle between estimated and true direction over "
      "{}, "
      "{}.</p>{}</header>\n",
      report::svg::escape_markup(report.title), span,
      report::svg::escape_markup(series_title(series)), cards(layout, series));
}

std::string table1_section(const ReportLayout& layout) {
  return html_section(
      "Table 1: error by window and reverberation",
      fmt::format("Mean angular error in degrees &plusmn; half width of its 95 % interval "
                  "(bootstrap over sessions). Tinted rows are the paper&#39;s own figures "
                  "({}), on its own test set. The smallest mean of each window and column "
                  "is bold.",
                  report::svg::escape_markup(kPaperCitation)),
      table1_html(layout));
}

std::string window_section(const ReportLayout& layout) {
  const std::vector<report::svg::SvgPlot> plots = window_plots(layout);
  return html_section("Error against window length",
                      "Both axes are logarithmic; whiskers are 95 % intervals, dashed lines the "
                      "paper&#39;s figures.",
                      legend(plots.front()) + figure_grid(plots));
}

std::string distribution_section(const ReportLayout& layout, const ReportSeries& series) {
  const std::vector<report::svg::SvgPlot> cumulative = cumulative_plots(layout, series);
  if (cumulative.empty()) return "";
  const doa::WindowLength& window = reference_window(layout);
  std::string out = legend(cumulative.front()) + figure_grid(cumulative);
  const std::vector<report::svg::SvgPlot> histograms = histogram_plots(layout, series, window);
  if (!histograms.empty()) {
    out += fmt::format("<p class=\"note\">The same errors as a histogram, windows of {}:</p>",
                       window_title(window)) +
           figure_grid(histograms);
  }
  return html_section(
      "How errors are distributed",
      fmt::format("{}. A mean is easily a tail: these curves show what share of windows "
                  "stays below any error.",
                  report::svg::escape_markup(series_title(series))),
      out);
}

std::string detail_section(const evaluate::Report& report, const ReportLayout& layout) {
  std::size_t empty = 0;
  for (const evaluate::ReportRow& row : report.rows) empty += row.stats.empty;
  return html_section(
      "Every figure",
      fmt::format("Degrees. A window counts if it lies wholly inside its session; its "
                  "estimate is for its center frame. {} windows had no bin to pool: they "
                  "are listed under &ldquo;No bins&rdquo; and are in no other figure.",
                  empty),
      detail_table_html(layout));
}

/// The page of a report that has sessions of one source.
std::string single_source_sections(const evaluate::Report& report, const ReportLayout& layout,
                                   const ReportSeries& series) {
  std::string out = table1_section(layout) + window_section(layout);
  if (const std::string seeds = seed_table_html(layout); !seeds.empty()) {
    out += html_section("Spread over training seeds",
                        "Mean error in degrees of the models of each training seed; the tables "
                        "above hold all of them together.",
                        seeds);
  }
  out += optional_sections(report) + distribution_section(layout, series);
  out += html_section("Share of windows within 5 and 10 degrees",
                      "Per cent of windows with an error of at most 5 / 10 degrees.",
                      share_table_html(layout));
  return out + detail_section(report, layout);
}

std::string page_head(const evaluate::Report& report) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta name=\"color-scheme\" content=\"light "
      "dark\"><title>{}</title>\n<style>{}{}</style></head>"
      "<body>\n",
      report::svg::escape_markup(report.title), report::svg::svg_style(), report_style());
}

}  // namespace

std::string report_html(const evaluate::Report& report) {
  std::string out = page_head(report);
  if (report.rows.empty() && !report.sources.empty()) {
    out += fmt::format(
        "<header><h1>{}</h1><p class=\"lead\">Several sources at once.</p></header>\n<main>\n{}",
        report::svg::escape_markup(report.title), optional_sections(report));
  } else {
    const ReportLayout layout(report.rows);
    const ReportSeries& series = main_series(layout);
    out += header(report, layout, series) + "<main>\n" +
           single_source_sections(report, layout, series);
  }
  out += html_section("Options of this run", "As resolved from defaults, file and command line.",
                      options_html(report.options));
  out += html_section("Where the inputs come from",
                      "Each input with the steps that made it, oldest first.",
                      provenance_html(report.provenance));
  return out + fmt::format(
                   "</main><footer>csl {}. The same figures for programs: report.json, "
                   "table1.csv.</footer></body></html>\n",
                   CSL_VERSION);
}

}  // namespace report
