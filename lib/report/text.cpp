/// Tables for terminals.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/conditions.h"
#include "report/layout.h"
#include "report/paper_figures.h"
#include "report/writer.h"

namespace report {
namespace {

constexpr int kLabelWidth = 25;
constexpr int kCellWidth = 15;
constexpr const char* kMedianLabel = "  median";
constexpr const char* kSoundingLabel = "  sounding: mean (median)";

std::string mean_text(double mean_deg, double ci_deg) {
  const std::string mean = degrees_text(mean_deg);
  return std::isfinite(ci_deg) ? fmt::format("{} +- {}", mean, degrees_text(ci_deg)) : mean;
}

std::string paper_text(const std::optional<PaperCell>& cell) {
  return cell ? mean_text(cell->mean_deg, cell->ci_deg) : "-";
}

std::string sounding_text(const doa::ErrorStats& stats) {
  if (stats.n == 0) return "-";
  return fmt::format("{} ({})", degrees_text(stats.mean_deg), degrees_text(stats.median_deg));
}

/// @param cell  text of a column by its reverberation time
template <typename Cell>
std::string line(const ReportLayout& layout, const std::string& window, const std::string& label,
                 Cell cell) {
  std::string out = fmt::format("{:>6}  {:<{}}", window, label, kLabelWidth);
  for (const std::optional<double>& t60_s : layout.t60s()) {
    out += fmt::format("{:>{}}", cell(t60_s), kCellWidth);
  }
  return out + "\n";
}

/// The lines of one series and window: means, medians and, where known, the sounding windows.
std::string series_lines(const ReportLayout& layout, const ReportSeries& series,
                         const doa::WindowLength& window) {
  bool any_sounding = false;
  const auto cell = [&](const auto& text) {
    return [&](const std::optional<double>& t60_s) -> std::string {
      const evaluate::ReportRow* row = layout.find(series, window, t60_s);
      return row == nullptr ? "-" : text(*row);
    };
  };
  const auto mean = [](const evaluate::ReportRow& row) {
    return mean_text(row.stats.mean_deg, row.stats.ci95_deg);
  };
  const auto median = [](const evaluate::ReportRow& row) {
    return degrees_text(row.stats.median_deg);
  };
  const auto sounding = [&](const evaluate::ReportRow& row) {
    any_sounding = any_sounding || row.sounding.has_value();
    return row.sounding ? sounding_text(*row.sounding) : "-";
  };
  const std::string sounding_line = line(layout, "", kSoundingLabel, cell(sounding));
  return line(layout, window_title(window), series_title(series), cell(mean)) +
         line(layout, "", kMedianLabel, cell(median)) + (any_sounding ? sounding_line : "");
}

/// @param paper  the paper's figure; empty: the line has none
std::string source_line(const std::string& window, const std::string& label,
                        const std::string& sources, const std::string& t60, const std::string& mean,
                        const std::string& median, const std::string& paper) {
  const std::string last = paper.empty() ? "" : fmt::format("{:>{}}", paper, kCellWidth);
  return fmt::format("{:>6}  {:<{}}{:>8}{:>11}{:>{}}{:>9}{}\n", window, label, kLabelWidth, sources,
                     t60, mean, kCellWidth, median, last);
}

template <typename Row>
std::string counts_line(std::span<const Row> rows) {
  std::vector<doa::ErrorStats> stats;
  for (const Row& row : rows) stats.push_back(row.stats);
  return fmt::format("{:>8}{}\n", "", counts_text(stats));
}

}  // namespace

std::string format_table(std::span<const evaluate::ReportRow> rows, bool paper) {
  const ReportLayout layout(rows);
  std::string out = line(layout, "window", "error, degrees", column_title);
  std::string last_method;
  for (const ReportSeries& series : layout.series()) {
    // The paper's line once a method, however many ways of ours to estimate follow.
    const bool with_paper =
        paper && series.method != last_method && layout.paper_has(series.method);
    last_method = series.method;
    for (const doa::WindowLength& window : layout.windows()) {
      out += series_lines(layout, series, window);
      if (!with_paper) continue;
      out += line(layout, "", "  paper's " + method_title(series.method),
                  [&](const std::optional<double>& t60_s) {
                    return paper_text(paper_table1(series.method, window, t60_s));
                  });
    }
  }
  return out + counts_line(rows);
}

std::string format_sources(std::span<const evaluate::SourcesRow> rows, bool paper) {
  std::string out = source_line("window", "weighted Chamfer distance", "sources", "T60", "degrees",
                                "median", paper ? "paper" : "");
  for (const evaluate::SourcesRow& row : rows) {
    out += source_line(window_title(row.window), series_title(series_of(row)),
                       std::to_string(row.sources), t60_title(row.t60_s),
                       mean_text(row.stats.mean_deg, row.stats.ci95_deg),
                       degrees_text(row.stats.median_deg),
                       paper ? paper_text(paper_table2(row.sources, row.window, row.t60_s)) : "");
    if (!row.sounding) continue;
    out += source_line("", "  sounding sources only", "", "",
                       mean_text(row.sounding->mean_deg, row.sounding->ci95_deg),
                       degrees_text(row.sounding->median_deg), "");
  }
  return out + counts_line(rows);
}

}  // namespace report
