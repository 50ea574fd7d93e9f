#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "report/conditions.h"
#include "report/figures.h"
#include "report/headline.h"
#include "report/html_parts.h"
#include "report/layout.h"
#include "report/paper_figures.h"
#include "report/sections.h"
#include "report/session_sections.h"
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
    const std::string kind = series.group.empty() ? "" : fmt::format(" class=\"{}\"", series.group);
    out += fmt::format("<li{}>{}{}</li>", kind, svg::svg_swatch(series),
                       svg::escape_markup(series.name));
  }
  return out + "</ul>";
}

std::string warnings(const evaluate::Report& report) {
  std::string out;
  for (const std::string& warning : report.warnings) {
    out += fmt::format("<p class=\"warning\" role=\"alert\">{}</p>", svg::escape_markup(warning));
  }
  return out;
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
      fmt::format(
          "Angular error in degrees: mean &plusmn; half the width of its 95 % interval "
          "(bootstrap over sessions), and the median. The smallest mean of each window and "
          "column is bold.<span class=\"paper\"> Tinted rows are the paper&#39;s own figures "
          "({}), means on the paper&#39;s own test set; they do not compete.</span>",
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
  return html_folded_section("Table 1, windows in which the source sounds",
                             fmt::format("The figures of Table 1 without the windows in which the "
                                         "source is silent. {}",
                                         kSoundingNote),
                             "Table of the sounding windows",
                             table + conditions_html(report, counts_text(stats), false));
}

std::string window_section(const ReportLayout& layout) {
  const std::vector<svg::SvgPlot> plots = window_plots(layout, true);
  return html_section("Error against window length",
                      "Mean errors. Both axes are logarithmic. Whiskers are 95 % intervals."
                      "<span class=\"paper\"> Dashed lines are the paper&#39;s figures.</span>",
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
  return html_folded_section(
      "Every figure",
      fmt::format("Degrees. A window counts if it lies wholly inside its session. Its estimate is "
                  "for its center frame, or for its last frame if windows are causal. {} windows "
                  "had no bin to pool: the column &ldquo;No bins&rdquo; counts them, and no other "
                  "figure does.",
                  empty),
      fmt::format("Table of all {} rows", report.rows.size()),
      detail_table_html(layout) + row_conditions(report, false));
}

/// Tables that few readers need, closed at first.
std::string more_tables(const evaluate::Report& report, const ReportLayout& layout) {
  std::string out = sounding_section(report, layout);
  if (const std::string seeds = seed_table_html(layout); !seeds.empty()) {
    out += html_folded_section(
        "Spread over training seeds",
        "Mean error in degrees of the models of each training seed, and the median. The tables "
        "above hold the models of all seeds together.",
        "Table by training seed", seeds + row_conditions(report, false));
  }
  out += html_folded_section("Share of windows within 5 and 10 degrees",
                             "Percentage of windows with an error of at most 5 / 10 degrees.",
                             "Table of shares",
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

bool paper_has_any(const evaluate::Report& report, const std::optional<ReportLayout>& layout) {
  const bool first = layout && std::ranges::any_of(paper_methods(), [&](const char* method) {
                       return layout->paper_has(method);
                     });
  return first || std::ranges::any_of(report.sources, [](const evaluate::SourcesRow& row) {
           return paper_table2(row.sources, row.window, row.t60_s).has_value();
         });
}

/// What the page says before any section.
std::string lead(const evaluate::Report& report, const std::optional<ReportLayout>& layout) {
  if (layout) return headline_html(*layout);
  if (!report.sources.empty()) return several_headlines_html(report.sources);
  return "<p class=\"lead\">Where sound came from. The true directions are not known, so there are "
         "no errors.</p>";
}

std::string run_sections(const evaluate::Report& report) {
  return html_folded_section("Options of this run",
                             "The values in effect, from the defaults, the configuration file and "
                             "the command line.",
                             "All options", options_html(report.options)) +
         html_folded_section("Where the inputs come from",
                             "Each step that made an input, once. Options with their default "
                             "values are left out; report.json has them all.",
                             "Inputs and steps",
                             provenance_html(report.provenance, report.defaults));
}

}  // namespace

std::string report_html(const evaluate::Report& report) {
  const bool only_several = report.rows.empty() && !report.sources.empty();
  const bool only_directions = report.rows.empty() && !only_several && !report.sessions.empty();
  std::optional<ReportLayout> layout;
  if (!only_several && !only_directions) layout.emplace(report.rows);
  std::string out = page_head(report);
  out += fmt::format("<header><h1>{}</h1>{}{}{}</header>\n", svg::escape_markup(report.title),
                     warnings(report), lead(report, layout),
                     paper_has_any(report, layout) ? html_paper_switch(report.paper) : "");
  std::string sections = session_sections(
      report.sessions, layout ? ranked_series(*layout) : std::vector<ReportSeries>{});
  if (layout) sections += table1_section(report, *layout) + window_section(*layout);
  sections += optional_sections(report);
  if (layout) {
    sections += distribution_section(*layout, best_series(*layout)) + more_tables(report, *layout);
  }
  sections += run_sections(report);
  return out + html_main(sections) +
         fmt::format(
             "<footer>csl {}. Programs find the same figures in report.json and "
             "table1.csv.</footer></body></html>\n",
             CSL_VERSION);
}

}  // namespace report
