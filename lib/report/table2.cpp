/// Table 2, several sources, as HTML.
#include <fmt/format.h>

#include <algorithm>

#include "report/html_parts.h"
#include "report/layout.h"
#include "report/paper_figures.h"
#include "report/sections.h"
#include "report/svg/plot.h"

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
    insert_once(axes.series, series_of(row));
    insert_once(axes.windows, row.window);
    insert_once(axes.columns, Column{row.sources, row.t60_s});
  }
  return axes;
}

const evaluate::SourcesRow* find(const std::vector<evaluate::SourcesRow>& rows,
                                 const ReportSeries& series, const doa::WindowLength& window,
                                 const Column& column) {
  for (const evaluate::SourcesRow& row : rows) {
    if (row.window == window && Column{row.sources, row.t60_s} == column &&
        series_of(row) == series) {
      return &row;
    }
  }
  return nullptr;
}

ErrorCell paper_cell(const doa::WindowLength& window, const Column& column) {
  const std::optional<PaperCell> cell = paper_table2(column.sources, window, column.t60_s);
  return cell ? ErrorCell{.mean_deg = cell->mean_deg, .ci95_deg = cell->ci_deg} : ErrorCell{};
}

bool paper_has_any(const Axes& axes) {
  for (const doa::WindowLength& window : axes.windows) {
    for (const Column& column : axes.columns) {
      if (paper_table2(column.sources, window, column.t60_s)) return true;
    }
  }
  return false;
}

std::string head(const Axes& axes) {
  std::string out = kMethodWindowHead;
  for (const Column& column : axes.columns) {
    out += fmt::format("<th scope=\"col\">{} sources,<br>{}</th>", column.sources,
                       column_title_html(column.t60_s));
  }
  return html_head(out);
}

/// `cell(window, column)` gives each ErrorCell.
template <typename Cell>
std::string block(const Axes& axes, const std::string& title, const char* kind, Cell cell) {
  return html_block(title, kind, axes.windows, [&](const doa::WindowLength& window) {
    std::string cells;
    for (const Column& column : axes.columns) cells += error_cell_html(cell(window, column));
    return cells;
  });
}

/// The blocks of our methods. @param stats  those of a row to show, or null
template <typename Stats>
std::string own_blocks(const evaluate::Report& report, const Axes& axes, Stats stats) {
  std::string out;
  for (const ReportSeries& series : axes.series) {
    out += block(axes, svg::escape_markup(series_title(series)), "ours",
                 [&](const doa::WindowLength& window, const Column& column) {
                   const evaluate::SourcesRow* row = find(report.sources, series, window, column);
                   const doa::ErrorStats* shown = row == nullptr ? nullptr : stats(*row);
                   return shown == nullptr ? ErrorCell{} : error_cell(*shown);
                 });
  }
  return out;
}

}  // namespace

std::string table2_html(const evaluate::Report& report) {
  const Axes axes = axes_of(report.sources);
  std::string out = head(axes) + own_blocks(report, axes, [](const evaluate::SourcesRow& row) {
                      return &row.stats;
                    });
  if (paper_has_any(axes)) {
    out += block(axes, "Paper&#39;s <span class=\"nb\">C-SL</span>", "paper", paper_cell);
  }
  return html_table(out, axes.columns.size() <= 4 ? "few" : "");
}

std::string sounding_table2_html(const evaluate::Report& report) {
  const bool any = std::any_of(report.sources.begin(), report.sources.end(),
                               [](const auto& row) { return row.sounding.has_value(); });
  if (!any) return "";
  const Axes axes = axes_of(report.sources);
  return html_table(head(axes) + own_blocks(report, axes,
                                            [](const evaluate::SourcesRow& row) {
                                              return row.sounding ? &*row.sounding : nullptr;
                                            }),
                    axes.columns.size() <= 4 ? "few" : "");
}

}  // namespace report
