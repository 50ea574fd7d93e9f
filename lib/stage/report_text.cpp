/// Tables for terminals and spreadsheets, and report.json.
#include <fmt/format.h>

#include <cmath>

#include "stage/report_layout.h"
#include "stage/report_paper.h"
#include "stage/report_writer.h"

namespace stage {
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

/// A number for JSON: null where it does not exist, since JSON has no NaN.
nlohmann::json number(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr);
}

nlohmann::json optional_number(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

nlohmann::json window_value(const doa::WindowLength& window) {
  return window.full() ? nlohmann::json("full") : nlohmann::json(*window.seconds);
}

nlohmann::json row_json(const ReportRow& row) {
  const doa::ErrorStats& s = row.stats;
  return {{"method", row.method},
          {"estimator", row.estimator},
          {"pooling", row.pooling},
          {"window_s", window_value(row.window)},
          {"t60_s", optional_number(row.t60_s)},
          {"mean_deg", number(s.mean_deg)},
          {"ci95_deg", number(s.ci95_deg)},
          {"median_deg", number(s.median_deg)},
          {"p90_deg", number(s.p90_deg)},
          {"within_5", number(s.within_5)},
          {"within_10", number(s.within_10)},
          {"n", s.n},
          {"sessions", s.sessions},
          {"empty", s.empty}};
}

/// A field of a CSV file, quoted only where it must be.
std::string csv_field(const nlohmann::json& value) {
  if (value.is_null()) return "";
  if (!value.is_string()) return value.dump();
  std::string text = value.get<std::string>();
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

constexpr const char* kColumns[] = {"method",    "estimator", "pooling",    "window_s", "t60_s",
                                    "mean_deg",  "ci95_deg",  "median_deg", "p90_deg",  "within_5",
                                    "within_10", "n",         "sessions",   "empty"};

}  // namespace

std::string format_table(std::span<const ReportRow> rows) {
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
        const ReportRow* row = layout.find(series, window, t60_s);
        out += fmt::format(
            "{:>{}}", row ? cell_text(row->stats.mean_deg, row->stats.ci95_deg) : "-", kCellWidth);
      }
      out += "\n";
      if (with_paper) out += paper_line(layout, series.method, window);
    }
  }
  return out;
}

nlohmann::json report_json(const Report& report) {
  nlohmann::json table = nlohmann::json::array();
  for (const ReportRow& row : report.rows) table.push_back(row_json(row));
  return {{"table1", table}, {"options", report.options}, {"provenance", report.provenance}};
}

std::string table1_csv(const Report& report) {
  std::string out = fmt::format("{}\n", fmt::join(kColumns, ","));
  for (const ReportRow& row : report.rows) {
    const nlohmann::json values = row_json(row);
    std::vector<std::string> fields;
    for (const char* column : kColumns) fields.push_back(csv_field(values.at(column)));
    out += fmt::format("{}\n", fmt::join(fields, ","));
  }
  return out;
}

}  // namespace stage
