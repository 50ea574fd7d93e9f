#include "report/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "report/html_parts.h"
#include "report/paper_figures.h"
#include "report/svg/plot.h"

namespace report {
namespace {

/// A method's name that does not break at its hyphen.
std::string method_html(const std::string& method) {
  return fmt::format("<span class=\"nb\">{}</span>", svg::escape_markup(method_title(method)));
}

std::string series_html(const ReportSeries& series) {
  const std::string title = svg::escape_markup(series_title(series));
  const std::string name = svg::escape_markup(method_title(series.method));
  return method_html(series.method) + title.substr(name.size());
}

/// A block of rows: one of our series, or one of the paper's methods.
struct Block {
  std::string title;
  std::string method;
  const ReportSeries* series = nullptr;  ///< null for the paper's
};

/// Each method's blocks, followed by the paper's block of that method; then methods that only the
/// paper has.
std::vector<Block> table1_blocks(const ReportLayout& layout) {
  std::vector<Block> blocks;
  const auto add_paper = [&](const std::string& method) {
    if (layout.paper_has(method)) {
      blocks.push_back({"Paper&#39;s " + method_html(method), method, nullptr});
    }
  };
  std::vector<std::string> methods;
  for (const ReportSeries& series : layout.series()) insert_once(methods, series.method);
  for (const std::string& method : methods) {
    for (const ReportSeries& series : layout.series()) {
      if (series.method == method) {
        blocks.push_back({series_html(series), method, &series});
      }
    }
    add_paper(method);
  }
  for (const char* method : paper_methods()) {
    if (std::find(methods.begin(), methods.end(), method) == methods.end()) add_paper(method);
  }
  return blocks;
}

ErrorCell block_cell(const ReportLayout& layout, const Block& block,
                     const doa::WindowLength& window, const std::optional<double>& t60_s) {
  if (block.series != nullptr) {
    const evaluate::ReportRow* row = layout.find(*block.series, window, t60_s);
    return row ? error_cell(row->stats) : ErrorCell{};
  }
  const std::optional<PaperCell> cell = paper_table1(block.method, window, t60_s);
  return cell ? ErrorCell{.mean_deg = cell->mean_deg, .ci95_deg = cell->ci_deg} : ErrorCell{};
}

/// The smallest mean of a window and column, as printed: equal to two decimals is equally good.
std::string best_text(const ReportLayout& layout, const std::vector<Block>& blocks,
                      const doa::WindowLength& window, const std::optional<double>& t60_s) {
  double best = std::numeric_limits<double>::infinity();
  for (const Block& block : blocks) {
    if (block.series == nullptr) continue;  // the paper's figures are no results of this run
    best = std::fmin(best, block_cell(layout, block, window, t60_s).mean_deg);
  }
  return degrees_text(best);
}

/// The head of a table with one column a reverberation time.
std::string head_row(const ReportLayout& layout) {
  std::string out = kMethodWindowHead;
  for (const std::optional<double>& t60_s : layout.t60s()) {
    out += fmt::format("<th scope=\"col\">{}</th>", column_title_html(t60_s));
  }
  return html_head(out);
}

/// Few columns leave room for the median beside its mean.
const char* table_kind(const ReportLayout& layout) {
  return layout.t60s().size() <= 4 ? "few" : "";
}

/// A body of one row a window under one method's name; `cell` makes each <td>.
std::string body(const ReportLayout& layout, const std::string& title, const char* kind,
                 const std::function<std::string(const doa::WindowLength&,
                                                 const std::optional<double>&)>& cell) {
  return html_block(title, kind, layout.windows(), [&](const doa::WindowLength& window) {
    std::string cells;
    for (const std::optional<double>& t60_s : layout.t60s()) cells += cell(window, t60_s);
    return cells;
  });
}

std::string share_cell(const evaluate::ReportRow* row) {
  if (row == nullptr || row->stats.n == 0) return fmt::format("<td>{}</td>", kNoValueHtml);
  return fmt::format(
      "<td class=\"share\" style=\"--five:{:.1f}%;--ten:{:.1f}%\">{:.1f} <span class=\"ci\">/ "
      "{:.1f}</span></td>",
      100.0 * row->stats.within_5, 100.0 * row->stats.within_10, 100.0 * row->stats.within_5,
      100.0 * row->stats.within_10);
}

/// Means of the seeds, the medians below them.
std::string seeds_cell(const evaluate::ReportRow* row) {
  if (row == nullptr || row->seeds.empty()) return fmt::format("<td>{}</td>", kNoValueHtml);
  std::vector<std::string> means, medians;
  for (const evaluate::SeedMean& seed : row->seeds) {
    means.push_back(degrees_text(seed.mean_deg));
    medians.push_back(degrees_text(seed.median_deg));
  }
  return fmt::format("<td>{} <span class=\"median\">median {}</span></td>", fmt::join(means, " / "),
                     fmt::join(medians, " / "));
}

std::string value_or_dash(const std::string& text) { return text == "-" ? kNoValueHtml : text; }

/// @param sounding  whether the table has columns of the sounding windows
std::string detail_row(const evaluate::ReportRow& row, bool sounding) {
  const doa::ErrorStats& s = row.stats;
  std::string out = fmt::format(
      "<tr><th scope=\"row\">{}</th><td class=\"word\">{}</td><td class=\"word\">{}</td>",
      svg::escape_markup(series_title(series_of(row))), window_title(row.window),
      t60_title(row.t60_s));
  const auto add = [&](const std::string& text) {
    out += fmt::format("<td>{}</td>", value_or_dash(text));
  };
  for (const double value : {s.mean_deg, s.ci95_deg, s.median_deg, s.p90_deg}) {
    add(degrees_text(value));
  }
  for (const double share : {s.within_5, s.within_10}) add(share_text(share));
  for (const std::size_t count : {s.n, s.sessions, s.empty}) add(std::to_string(count));
  if (sounding) {
    add(row.sounding ? degrees_text(row.sounding->mean_deg) : "-");
    add(row.sounding ? degrees_text(row.sounding->median_deg) : "-");
    add(row.sounding ? std::to_string(row.sounding->n) : "-");
  }
  return out + "</tr>";
}

}  // namespace

std::string table1_html(const ReportLayout& layout) {
  const std::vector<Block> blocks = table1_blocks(layout);
  std::string out = head_row(layout);
  for (const Block& block : blocks) {
    const auto cell = [&](const doa::WindowLength& window, const std::optional<double>& t60_s) {
      const ErrorCell error = block_cell(layout, block, window, t60_s);
      const bool best = block.series != nullptr &&
                        degrees_text(error.mean_deg) == best_text(layout, blocks, window, t60_s);
      return error_cell_html(error, best);
    };
    out += body(layout, block.title, block.series == nullptr ? "paper" : "ours", cell);
  }
  return html_table(out, table_kind(layout));
}

std::string sounding_table_html(const ReportLayout& layout) {
  std::string out;
  for (const ReportSeries& series : layout.series()) {
    bool any = false;
    const std::string rows =
        body(layout, series_html(series), "ours",
             [&](const doa::WindowLength& window, const std::optional<double>& t60_s) {
               const evaluate::ReportRow* row = layout.find(series, window, t60_s);
               const bool known = row != nullptr && row->sounding.has_value();
               any = any || known;
               return error_cell_html(known ? error_cell(*row->sounding) : ErrorCell{});
             });
    if (any) out += rows;
  }
  return out.empty() ? "" : html_table(head_row(layout) + out, table_kind(layout));
}

std::string share_table_html(const ReportLayout& layout) {
  std::string out = head_row(layout);
  for (const ReportSeries& series : layout.series()) {
    out += body(layout, series_html(series), "ours",
                [&](const doa::WindowLength& window, const std::optional<double>& t60_s) {
                  return share_cell(layout.find(series, window, t60_s));
                });
  }
  return html_table(out);
}

std::string seed_table_html(const ReportLayout& layout) {
  std::string out;
  for (const ReportSeries& series : layout.series()) {
    bool several = false;
    const std::string rows =
        body(layout, series_html(series), "ours",
             [&](const doa::WindowLength& window, const std::optional<double>& t60_s) {
               const evaluate::ReportRow* row = layout.find(series, window, t60_s);
               several = several || (row != nullptr && row->seeds.size() > 1);
               return seeds_cell(row);
             });
    if (several) out += rows;
  }
  return out.empty() ? "" : html_table(head_row(layout) + out, table_kind(layout));
}

std::string detail_table_html(const ReportLayout& layout) {
  std::vector<const evaluate::ReportRow*> rows;
  bool sounding = false;
  for (const ReportSeries& series : layout.series()) {
    for (const std::optional<double>& t60_s : layout.t60s()) {
      for (const doa::WindowLength& window : layout.windows()) {
        const evaluate::ReportRow* row = layout.find(series, window, t60_s);
        if (row == nullptr) continue;
        rows.push_back(row);
        sounding = sounding || row->sounding.has_value();
      }
    }
  }
  std::vector<const char*> columns = {"Method",        "Window",  "T60",       "Mean",
                                      "&plusmn; 95 %", "Median",  "90th pct.", "&le; 5&deg;",
                                      "&le; 10&deg;",  "Windows", "Sessions",  "No bins"};
  if (sounding) {
    columns.insert(columns.end(), {"Sounding: mean", "Sounding: median", "Sounding: windows"});
  }
  std::string head;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    head += fmt::format("<th scope=\"col\"{}>{}</th>", i < 3 ? " class=\"word\"" : "", columns[i]);
  }
  std::string out = html_head(head) + "<tbody class=\"plain\">";
  for (const evaluate::ReportRow* row : rows) out += detail_row(*row, sounding);
  return html_table(out + "</tbody>", "detail");
}

}  // namespace report
