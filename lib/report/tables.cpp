#include "report/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "report/paper_figures.h"
#include "report/svg/plot.h"

namespace report {
namespace {

constexpr const char* kNoValue = "&ndash;";

/// A method's name that does not break at its hyphen.
std::string method_html(const std::string& method) {
  return fmt::format("<span class=\"nb\">{}</span>",
                     report::svg::escape_markup(method_title(method)));
}

std::string series_html(const ReportSeries& series) {
  const std::string title = report::svg::escape_markup(series_title(series));
  const std::string name = report::svg::escape_markup(method_title(series.method));
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
  for (const ReportSeries& series : layout.series()) {
    if (std::find(methods.begin(), methods.end(), series.method) == methods.end()) {
      methods.push_back(series.method);
    }
  }
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

double block_mean(const ReportLayout& layout, const Block& block, const doa::WindowLength& window,
                  const std::optional<double>& t60_s) {
  if (block.series != nullptr) {
    const evaluate::ReportRow* row = layout.find(*block.series, window, t60_s);
    return row ? row->stats.mean_deg : std::numeric_limits<double>::quiet_NaN();
  }
  const std::optional<PaperCell> cell = paper_table1(block.method, window, t60_s);
  return cell ? cell->mean_deg : std::numeric_limits<double>::quiet_NaN();
}

double block_ci(const ReportLayout& layout, const Block& block, const doa::WindowLength& window,
                const std::optional<double>& t60_s) {
  if (block.series != nullptr) {
    const evaluate::ReportRow* row = layout.find(*block.series, window, t60_s);
    return row ? row->stats.ci95_deg : std::numeric_limits<double>::quiet_NaN();
  }
  const std::optional<PaperCell> cell = paper_table1(block.method, window, t60_s);
  return cell ? cell->ci_deg : std::numeric_limits<double>::quiet_NaN();
}

/// The smallest mean of a window and column, as printed: equal to two decimals is equally good.
std::string best_text(const ReportLayout& layout, const std::vector<Block>& blocks,
                      const doa::WindowLength& window, const std::optional<double>& t60_s) {
  double best = std::numeric_limits<double>::infinity();
  for (const Block& block : blocks) {
    best = std::fmin(best, block_mean(layout, block, window, t60_s));
  }
  return degrees_text(best);
}

std::string head_row(const ReportLayout& layout, std::string_view lead) {
  std::string out = fmt::format("<thead><tr>{}", lead);
  for (const std::optional<double>& t60_s : layout.t60s()) {
    const bool number = t60_s && *t60_s > 0.0;
    out += fmt::format("<th scope=\"col\">{}<span class=\"nb\">{}</span></th>",
                       number ? "T60 " : "", t60_title(t60_s));
  }
  return out + "</tr></thead>";
}

/// A body of one row a window under one method's name; `cell` makes each <td>.
std::string body(const ReportLayout& layout, const std::string& title, const char* kind,
                 const std::function<std::string(const doa::WindowLength&,
                                                 const std::optional<double>&)>& cell) {
  std::string out = fmt::format("<tbody class=\"{}\">", kind);
  bool first = true;
  for (const doa::WindowLength& window : layout.windows()) {
    out += "<tr>";
    if (first) {
      out += fmt::format("<th scope=\"rowgroup\" rowspan=\"{}\">{}</th>", layout.windows().size(),
                         title);
    }
    first = false;
    out += fmt::format("<th scope=\"row\" class=\"window\">{}</th>", window_title(window));
    for (const std::optional<double>& t60_s : layout.t60s()) out += cell(window, t60_s);
    out += "</tr>";
  }
  return out + "</tbody>";
}

std::string table(const std::string& content) {
  return "<div class=\"scroll\" tabindex=\"0\"><table>" + content + "</table></div>\n";
}

constexpr const char* kBlockHead =
    "<th scope=\"col\">Method</th><th scope=\"col\" class=\"window\">Window</th>";

std::string share_cell(const evaluate::ReportRow* row) {
  if (row == nullptr || row->stats.n == 0) return fmt::format("<td>{}</td>", kNoValue);
  return fmt::format(
      "<td class=\"share\" style=\"--five:{:.1f}%;--ten:{:.1f}%\">{:.1f} <span class=\"ci\">/ "
      "{:.1f}</span></td>",
      100.0 * row->stats.within_5, 100.0 * row->stats.within_10, 100.0 * row->stats.within_5,
      100.0 * row->stats.within_10);
}

std::string value_or_dash(const std::string& text) { return text == "-" ? kNoValue : text; }

std::string detail_row(const evaluate::ReportRow& row) {
  const doa::ErrorStats& s = row.stats;
  std::string out = fmt::format(
      "<tr><th scope=\"row\">{}</th><td class=\"word\">{}</td><td class=\"word\">{}</td>",
      report::svg::escape_markup(series_title({row.method, row.estimator, row.pooling})),
      window_title(row.window), t60_title(row.t60_s));
  for (const double value : {s.mean_deg, s.ci95_deg, s.median_deg, s.p90_deg}) {
    out += fmt::format("<td>{}</td>", value_or_dash(degrees_text(value)));
  }
  for (const double share : {s.within_5, s.within_10}) {
    out += fmt::format("<td>{}</td>", value_or_dash(share_text(share)));
  }
  return out + fmt::format("<td>{}</td><td>{}</td><td>{}</td></tr>", s.n, s.sessions, s.empty);
}

}  // namespace

std::string table1_html(const ReportLayout& layout) {
  const std::vector<Block> blocks = table1_blocks(layout);
  std::string out = head_row(layout, kBlockHead);
  for (const Block& block : blocks) {
    const auto cell = [&](const doa::WindowLength& window, const std::optional<double>& t60_s) {
      const std::string mean = degrees_text(block_mean(layout, block, window, t60_s));
      if (mean == "-") return fmt::format("<td>{}</td>", kNoValue);
      const std::string ci = degrees_text(block_ci(layout, block, window, t60_s));
      const bool best = mean == best_text(layout, blocks, window, t60_s);
      return fmt::format("<td{}>{}{}</td>", best ? " class=\"best\"" : "", mean,
                         ci == "-" ? "" : fmt::format(" <span class=\"ci\">&plusmn;{}</span>", ci));
    };
    out += body(layout, block.title, block.series == nullptr ? "paper" : "ours", cell);
  }
  return table(out);
}

std::string share_table_html(const ReportLayout& layout) {
  std::string out = head_row(layout, kBlockHead);
  for (const ReportSeries& series : layout.series()) {
    out += body(layout, series_html(series), "ours",
                [&](const doa::WindowLength& window, const std::optional<double>& t60_s) {
                  return share_cell(layout.find(series, window, t60_s));
                });
  }
  return table(out);
}

std::string seed_table_html(const ReportLayout& layout) {
  std::string out = head_row(layout, kBlockHead);
  bool any = false;
  for (const ReportSeries& series : layout.series()) {
    bool several = false;
    const std::string rows = body(
        layout, series_html(series), "ours",
        [&](const doa::WindowLength& window, const std::optional<double>& t60_s) -> std::string {
          const evaluate::ReportRow* row = layout.find(series, window, t60_s);
          if (row == nullptr || row->seeds.empty()) return fmt::format("<td>{}</td>", kNoValue);
          several = several || row->seeds.size() > 1;
          std::vector<std::string> means;
          for (const evaluate::SeedMean& seed : row->seeds)
            means.push_back(degrees_text(seed.mean_deg));
          return fmt::format("<td>{}</td>", fmt::join(means, " / "));
        });
    if (several) out += rows;
    any = any || several;
  }
  return any ? table(out) : "";
}

std::string detail_table_html(const ReportLayout& layout) {
  std::string out = "<thead><tr>";
  for (const char* column :
       {"Method", "Window", "T60", "Mean", "&plusmn; 95 %", "Median", "90th pct.", "&le; 5&deg;",
        "&le; 10&deg;", "Windows", "Sessions", "No bins"}) {
    out += fmt::format("<th scope=\"col\">{}</th>", column);
  }
  out += "</tr></thead><tbody class=\"plain\">";
  for (const ReportSeries& series : layout.series()) {
    for (const std::optional<double>& t60_s : layout.t60s()) {
      for (const doa::WindowLength& window : layout.windows()) {
        const evaluate::ReportRow* row = layout.find(series, window, t60_s);
        if (row != nullptr) out += detail_row(*row);
      }
    }
  }
  return table(out + "</tbody>");
}

}  // namespace report
