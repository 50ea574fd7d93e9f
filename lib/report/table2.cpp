/// Table 2, several sources, as HTML, CSV and JSON; and the other optional parts of report.json.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/layout.h"
#include "report/paper_figures.h"
#include "report/sections.h"
#include "report/svg/plot.h"
#include "report/tracks.h"
#include "report/values.h"

namespace report {
namespace {

/// A column of Table 2.
struct Column {
  std::size_t sources;
  std::optional<double> t60_s;
  bool operator==(const Column&) const = default;
};

struct Axes {
  std::vector<ReportSeries> series;
  std::vector<doa::WindowLength> windows;
  std::vector<Column> columns;
};

Axes axes_of(const std::vector<evaluate::SourcesRow>& rows) {
  Axes axes;
  for (const evaluate::SourcesRow& row : rows) {
    insert_once(axes.series, ReportSeries{row.method, row.estimator, row.pooling});
    insert_once(axes.windows, row.window);
    insert_once(axes.columns, Column{row.sources, row.t60_s});
  }
  return axes;
}

std::string cell_html(double mean_deg, double ci_deg) {
  if (!std::isfinite(mean_deg)) return "<td>&ndash;</td>";
  const std::string ci = degrees_text(ci_deg);
  return fmt::format("<td>{}{}</td>", degrees_text(mean_deg),
                     ci == "-" ? "" : fmt::format(" <span class=\"ci\">&plusmn;{}</span>", ci));
}

std::string measured_cell(const std::vector<evaluate::SourcesRow>& rows, const ReportSeries& series,
                          const doa::WindowLength& window, const Column& column) {
  for (const evaluate::SourcesRow& row : rows) {
    if (row.window == window && Column{row.sources, row.t60_s} == column &&
        ReportSeries{row.method, row.estimator, row.pooling} == series) {
      return cell_html(row.stats.mean_deg, row.stats.ci95_deg);
    }
  }
  return cell_html(std::nan(""), std::nan(""));
}

std::string paper_cell(const doa::WindowLength& window, const Column& column) {
  const std::optional<PaperCell> cell = paper_table2(column.sources, window, column.t60_s);
  return cell ? cell_html(cell->mean_deg, cell->ci_deg) : cell_html(std::nan(""), std::nan(""));
}

bool paper_has_any(const Axes& axes) {
  for (const doa::WindowLength& window : axes.windows) {
    for (const Column& column : axes.columns) {
      if (paper_table2(column.sources, window, column.t60_s)) return true;
    }
  }
  return false;
}

/// A body of one row a window; `cell(window, column)` makes each <td>.
template <typename Cell>
std::string block(const Axes& axes, const std::string& title, const char* kind, Cell cell) {
  std::string out = fmt::format("<tbody class=\"{}\">", kind);
  for (std::size_t w = 0; w < axes.windows.size(); ++w) {
    out += "<tr>";
    if (w == 0) {
      out +=
          fmt::format("<th scope=\"rowgroup\" rowspan=\"{}\">{}</th>", axes.windows.size(), title);
    }
    out += fmt::format("<th scope=\"row\" class=\"window\">{}</th>", window_title(axes.windows[w]));
    for (const Column& column : axes.columns) out += cell(axes.windows[w], column);
    out += "</tr>";
  }
  return out + "</tbody>";
}

nlohmann::json source_row_json(const evaluate::SourcesRow& row) {
  return {{"method", row.method},
          {"estimator", row.estimator},
          {"pooling", row.pooling},
          {"sources", row.sources},
          {"window_s", json_window(row.window)},
          {"t60_s", json_number(row.t60_s)},
          {"mean_deg", json_number(row.stats.mean_deg)},
          {"ci95_deg", json_number(row.stats.ci95_deg)},
          {"median_deg", json_number(row.stats.median_deg)},
          {"n", row.stats.n},
          {"sessions", row.stats.sessions},
          {"empty", row.stats.empty},
          {"p90_deg", json_number(row.stats.p90_deg)},
          {"seeds", seeds_json(row.seeds)}};
}

}  // namespace

std::string table2_html(const evaluate::Report& report) {
  const Axes axes = axes_of(report.sources);
  std::string out =
      "<thead><tr><th scope=\"col\">Method</th><th scope=\"col\" class=\"window\">Window</th>";
  for (const Column& column : axes.columns) {
    const bool reverberant = column.t60_s && *column.t60_s > 0.0;
    out += fmt::format("<th scope=\"col\">{} sources,<br><span class=\"nb\">{}{}</span></th>",
                       column.sources, reverberant ? "T60 " : "", t60_title(column.t60_s));
  }
  out += "</tr></thead>";
  for (const ReportSeries& series : axes.series) {
    out += block(axes, report::svg::escape_markup(series_title(series)), "ours",
                 [&](const doa::WindowLength& window, const Column& column) {
                   return measured_cell(report.sources, series, window, column);
                 });
  }
  if (paper_has_any(axes))
    out += block(axes, "Paper&#39;s <span class=\"nb\">C-SL</span>", "paper", paper_cell);
  return "<div class=\"scroll\" tabindex=\"0\"><table>" + out + "</table></div>\n";
}

std::string table2_csv(const evaluate::Report& report) {
  constexpr const char* kColumns[] = {"method",     "estimator", "pooling",  "sources",
                                      "window_s",   "t60_s",     "mean_deg", "ci95_deg",
                                      "median_deg", "n",         "sessions", "empty"};
  nlohmann::json rows = nlohmann::json::array();
  for (const evaluate::SourcesRow& row : report.sources) rows.push_back(source_row_json(row));
  return csv_text(kColumns, rows);
}

void add_optional_json(const evaluate::Report& report, nlohmann::json& json) {
  json["tracks"] = tracks_json(report.tracks);
  const auto list = [&](const char* name) -> nlohmann::json& {
    return json[name] = nlohmann::json::array();
  };
  nlohmann::json& table2 = list("table2");
  for (const evaluate::SourcesRow& row : report.sources) table2.push_back(source_row_json(row));
  nlohmann::json& curve = list("confidence_curve");
  for (const doa::ConfidenceGroup& group : report.confidence_curve) {
    curve.push_back({{"lowest_confidence", group.lowest_confidence},
                     {"highest_confidence", group.highest_confidence},
                     {"mean_confidence", group.mean_confidence},
                     {"mean_deg", group.mean_error_deg},
                     {"median_deg", group.median_error_deg},
                     {"n", group.n}});
  }
  nlohmann::json& points = list("reliability");
  for (const doa::ReliabilityPoint& point : report.reliability) {
    points.push_back(
        {{"predicted_deg", point.predicted_deg}, {"actual_deg", point.actual_deg}, {"n", point.n}});
  }
  nlohmann::json& drift = list("orientation_drift");
  for (const evaluate::DriftRow& row : report.drift) {
    drift.push_back({{"drift_deg", row.drift_deg},
                     {"window_s", json_window(row.window)},
                     {"mean_deg", json_number(row.stats.mean_deg)},
                     {"ci95_deg", json_number(row.stats.ci95_deg)},
                     {"n", row.stats.n}});
  }
}

}  // namespace report
