/// Tables for terminals and spreadsheets, and report.json.
#include <fmt/format.h>

#include <cmath>

#include "report/layout.h"
#include "report/paper_figures.h"
#include "report/sections.h"
#include "report/values.h"
#include "report/writer.h"

namespace report {
namespace {

constexpr int kLabelWidth = 25;
constexpr int kCellWidth = 15;

std::string cell_text(double mean_deg, double ci_deg) {
  const std::string mean = degrees_text(mean_deg);
  return std::isfinite(ci_deg) ? fmt::format("{} +- {}", mean, degrees_text(ci_deg)) : mean;
}

std::string paper_line(const ReportLayout& layout, const std::string& method,
                       const doa::WindowLength& window) {
  std::string line =
      fmt::format("{:>6}  {:<{}}", "", "  paper's " + method_title(method), kLabelWidth);
  for (const std::optional<double>& t60_s : layout.t60s()) {
    const std::optional<PaperCell> cell = paper_table1(method, window, t60_s);
    line += fmt::format("{:>{}}",
                        cell ? fmt::format("{:.2f} +- {:.2f}", cell->mean_deg, cell->ci_deg) : "-",
                        kCellWidth);
  }
  return line + "\n";
}

nlohmann::json row_json(const evaluate::ReportRow& row) {
  const doa::ErrorStats& s = row.stats;
  return {{"seeds", seeds_json(row.seeds)},
          {"method", row.method},
          {"estimator", row.estimator},
          {"pooling", row.pooling},
          {"window_s", json_window(row.window)},
          {"t60_s", json_number(row.t60_s)},
          {"mean_deg", json_number(s.mean_deg)},
          {"ci95_deg", json_number(s.ci95_deg)},
          {"median_deg", json_number(s.median_deg)},
          {"p90_deg", json_number(s.p90_deg)},
          {"within_5", json_number(s.within_5)},
          {"within_10", json_number(s.within_10)},
          {"n", s.n},
          {"sessions", s.sessions},
          {"empty", s.empty}};
}

constexpr const char* kColumns[] = {"method",    "estimator", "pooling",    "window_s", "t60_s",
                                    "mean_deg",  "ci95_deg",  "median_deg", "p90_deg",  "within_5",
                                    "within_10", "n",         "sessions",   "empty"};

}  // namespace

std::string format_table(std::span<const evaluate::ReportRow> rows) {
  const ReportLayout layout(rows);
  std::string out = fmt::format("{:>6}  {:<{}}", "window", "mean error, degrees", kLabelWidth);
  for (const std::optional<double>& t60_s : layout.t60s()) {
    const std::string title = t60_title(t60_s);
    out += fmt::format("{:>{}}", t60_s && *t60_s > 0.0 ? "T60 " + title : title, kCellWidth);
  }
  out += "\n";
  std::string last_method;
  for (const ReportSeries& series : layout.series()) {
    // The paper's line once a method, however many ways of ours to estimate follow.
    const bool with_paper = series.method != last_method && layout.paper_has(series.method);
    last_method = series.method;
    for (const doa::WindowLength& window : layout.windows()) {
      out += fmt::format("{:>6}  {:<{}}", window_title(window), series_title(series), kLabelWidth);
      for (const std::optional<double>& t60_s : layout.t60s()) {
        const evaluate::ReportRow* row = layout.find(series, window, t60_s);
        out += fmt::format(
            "{:>{}}", row ? cell_text(row->stats.mean_deg, row->stats.ci95_deg) : "-", kCellWidth);
      }
      out += "\n";
      if (with_paper) out += paper_line(layout, series.method, window);
    }
  }
  return out;
}

std::string format_sources(std::span<const evaluate::SourcesRow> rows) {
  std::string out = fmt::format("{:>6}  {:<{}}{:>8}{:>{}}{:>{}}{:>{}}\n", "window",
                                "weighted Chamfer distance", kLabelWidth, "sources", "T60",
                                kCellWidth, "degrees", kCellWidth, "paper", kCellWidth);
  for (const evaluate::SourcesRow& row : rows) {
    const std::optional<PaperCell> cell = paper_table2(row.sources, row.window, row.t60_s);
    out += fmt::format("{:>6}  {:<{}}{:>8}{:>{}}{:>{}}{:>{}}\n", window_title(row.window),
                       series_title({row.method, row.estimator, row.pooling}), kLabelWidth,
                       row.sources, t60_title(row.t60_s), kCellWidth,
                       cell_text(row.stats.mean_deg, row.stats.ci95_deg), kCellWidth,
                       cell ? cell_text(cell->mean_deg, cell->ci_deg) : "-", kCellWidth);
  }
  return out;
}

nlohmann::json report_json(const evaluate::Report& report) {
  nlohmann::json table = nlohmann::json::array();
  for (const evaluate::ReportRow& row : report.rows) table.push_back(row_json(row));
  nlohmann::json json = {
      {"table1", table}, {"options", report.options}, {"provenance", report.provenance}};
  add_optional_json(report, json);
  return json;
}

std::string table1_csv(const evaluate::Report& report) {
  return csv_text(kColumns, report_json(report)["table1"]);
}

}  // namespace report
