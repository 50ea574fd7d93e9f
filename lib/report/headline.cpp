#include "report/headline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "report/html_parts.h"
#include "report/paper_figures.h"
#include "report/svg/plot.h"

namespace report {
namespace {

double mean_deg(const ReportLayout& layout, const ReportSeries& series,
                const doa::WindowLength& window, const std::optional<double>& t60_s) {
  const evaluate::ReportRow* row = layout.find(series, window, t60_s);
  return row == nullptr ? std::numeric_limits<double>::quiet_NaN() : row->stats.mean_deg;
}

/// Number of reverberation times without an error, then the average over the others: the smaller
/// pair is better.
std::pair<std::size_t, double> score(const ReportLayout& layout, const ReportSeries& series,
                                     const doa::WindowLength& window) {
  std::size_t missing = 0;
  double sum = 0.0;
  for (const std::optional<double>& t60_s : layout.t60s()) {
    const double mean = mean_deg(layout, series, window, t60_s);
    if (std::isfinite(mean)) {
      sum += mean;
    } else {
      ++missing;
    }
  }
  const std::size_t found = layout.t60s().size() - missing;
  return {missing, found == 0 ? 0.0 : sum / static_cast<double>(found)};
}

bool every_series_has(const ReportLayout& layout, const doa::WindowLength& window) {
  return std::ranges::all_of(layout.series(), [&](const ReportSeries& series) {
    return score(layout, series, window).first < layout.t60s().size();
  });
}

std::string span_text(const doa::WindowLength& window) {
  return window.full() ? "over whole sessions" : "in windows of " + window_title(window);
}

/// "; here C-SL, centroid, world has 0.21": the series with the smallest mean of one column, if it
/// is not the best one.
std::string better_here(const ReportLayout& layout, const ReportSeries& best,
                        const doa::WindowLength& window, const std::optional<double>& t60_s) {
  const ReportSeries* better = &best;
  for (const ReportSeries& series : layout.series()) {
    if (mean_deg(layout, series, window, t60_s) < mean_deg(layout, *better, window, t60_s)) {
      better = &series;
    }
  }
  if (better == &best) return "";
  return fmt::format("<br>{}: {}&deg;", svg::escape_markup(series_title(*better)),
                     degrees_text(mean_deg(layout, *better, window, t60_s)));
}

std::optional<PaperCell> paper_cell_of(const ReportSeries& series, std::size_t sources,
                                       const doa::WindowLength& window,
                                       const std::optional<double>& t60_s) {
  if (sources == 1) return paper_table1(series.method, window, t60_s);
  if (series.method != "csl") return std::nullopt;
  return paper_table2(sources, window, t60_s);
}

std::string card(const ReportLayout& layout, const ReportSeries& best, std::size_t sources,
                 const doa::WindowLength& window, const std::optional<double>& t60_s) {
  const evaluate::ReportRow* row = layout.find(best, window, t60_s);
  const std::optional<PaperCell> paper = paper_cell_of(best, sources, window, t60_s);
  const std::string mean = row ? degrees_text(row->stats.mean_deg) : "-";
  std::string out =
      fmt::format("<div class=\"card\"><div class=\"what\">{}</div><div class=\"big\">{}",
                  column_title(t60_s), mean == "-" ? kNoValueHtml : mean + "&deg;");
  if (row && std::isfinite(row->stats.ci95_deg)) {
    out += fmt::format(" <small>&plusmn;{}</small>", degrees_text(row->stats.ci95_deg));
  }
  out += "</div><div class=\"what\">";
  if (row && std::isfinite(row->stats.median_deg)) {
    out += fmt::format("median {}&deg;, {} session{}", degrees_text(row->stats.median_deg),
                       row->stats.sessions, row->stats.sessions == 1 ? "" : "s");
  } else {
    out += "no estimate";
  }
  out += better_here(layout, best, window, t60_s);
  if (paper)
    out += fmt::format("<span class=\"paper\"><br>paper {:.2f}&deg;</span>", paper->mean_deg);
  return out + "</div></div>";
}

}  // namespace

const doa::WindowLength& headline_window(const ReportLayout& layout) {
  for (auto window = layout.windows().rbegin(); window != layout.windows().rend(); ++window) {
    if (every_series_has(layout, *window)) return *window;
  }
  return layout.windows().back();
}

const ReportSeries& best_series(const ReportLayout& layout) {
  const doa::WindowLength& window = headline_window(layout);
  return *std::ranges::min_element(layout.series(), [&](const auto& a, const auto& b) {
    return score(layout, a, window) < score(layout, b, window);
  });
}

std::vector<ReportSeries> ranked_series(const ReportLayout& layout) {
  const doa::WindowLength& window = headline_window(layout);
  std::vector<ReportSeries> ranked = layout.series();
  std::ranges::stable_sort(
      ranked, {}, [&](const ReportSeries& series) { return score(layout, series, window); });
  return ranked;
}

namespace {

std::string headline(const ReportLayout& layout, std::size_t sources, const std::string& measure) {
  const doa::WindowLength& window = headline_window(layout);
  const ReportSeries& best = best_series(layout);
  std::string lead =
      fmt::format("<strong>{}</strong>, {} {}", svg::escape_markup(series_title(best)), measure,
                  span_text(window));
  if (layout.series().size() > 1) {
    lead += fmt::format(
        ": the smallest of the {} methods that ran{}. A smaller mean of another method stands in "
        "its card",
        layout.series().size(),
        layout.t60s().size() > 1 ? ", averaged over the reverberation times" : "");
  }
  std::string out = fmt::format("<p class=\"lead\">{}.</p><div class=\"cards\">", lead);
  for (const std::optional<double>& t60_s : layout.t60s()) {
    out += card(layout, best, sources, window, t60_s);
  }
  return out + "</div>";
}

}  // namespace

std::string headline_html(const ReportLayout& layout) { return headline(layout, 1, "mean error"); }

std::string several_headlines_html(const std::vector<evaluate::SourcesRow>& rows) {
  std::map<std::size_t, std::vector<evaluate::ReportRow>> by_sources;
  for (const evaluate::SourcesRow& row : rows) {
    by_sources[row.sources].push_back(
        {row.method, row.estimator, row.pooling, row.window, row.t60_s, row.stats, {}});
  }
  std::string out;
  for (const auto& [sources, same] : by_sources) {
    out += headline(ReportLayout(same), sources,
                    fmt::format("mean weighted Chamfer distance of {} sources at once", sources));
  }
  return out;
}

}  // namespace report
