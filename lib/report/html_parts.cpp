#include "report/html_parts.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "report/layout.h"

namespace report {

std::string html_section(const std::string& title, const std::string& intro,
                         const std::string& content) {
  return fmt::format("<section><h2>{}</h2><p class=\"note\">{}</p>{}</section>\n", title, intro,
                     content);
}

std::string html_folded_section(const std::string& title, const std::string& intro,
                                const std::string& summary, const std::string& content) {
  return html_section(
      title, intro,
      fmt::format("<details class=\"fold\"><summary>{}</summary>{}</details>", summary, content));
}

std::string html_main(const std::string& sections) {
  constexpr std::string_view kBegin = "<section><h2>", kEnd = "</h2>";
  std::string contents, body;
  std::size_t number = 0, at = 0;
  for (std::size_t next = sections.find(kBegin); next != std::string::npos;
       next = sections.find(kBegin, at)) {
    const std::size_t title = next + kBegin.size();
    contents += fmt::format("<li><a href=\"#s{}\">{}</a></li>", ++number,
                            sections.substr(title, sections.find(kEnd, title) - title));
    body += sections.substr(at, next - at) + fmt::format("<section id=\"s{}\"><h2>", number);
    at = title;
  }
  return fmt::format(
      "<div class=\"page\"><nav aria-label=\"Contents\"><h2>Contents</h2><ol>{}</ol></nav>\n"
      "<main>\n{}</main></div>",
      contents, body + sections.substr(at));
}

std::string html_figures(const std::vector<std::string>& pictures) {
  std::string out = fmt::format("<div class=\"{}\">", pictures.size() == 1 ? "single" : "plots");
  for (const std::string& picture : pictures) out += fmt::format("<figure>{}</figure>", picture);
  return out + "</div>";
}

std::string html_wide_figure(const std::string& picture) {
  return "<div class=\"scroll\" tabindex=\"0\"><figure class=\"wide\">" + picture +
         "</figure></div>";
}

std::string html_table(const std::string& content, const char* kind) {
  const std::string attribute = *kind == '\0' ? "" : fmt::format(" class=\"{}\"", kind);
  return fmt::format("<div class=\"scroll\" tabindex=\"0\"><table{}>{}</table></div>\n", attribute,
                     content);
}

std::string html_paper_switch(bool on) {
  return fmt::format(
      "<p><label class=\"switch\"><input type=\"checkbox\" id=\"paper\"{}/> Show the paper&#39;s "
      "own "
      "figures, on its own test set, in all tables and plots</label></p>",
      on ? " checked=\"checked\"" : "");
}

std::string html_head(const std::string& cells) { return "<thead><tr>" + cells + "</tr></thead>"; }

std::string html_block(const std::string& title, const char* kind,
                       std::span<const doa::WindowLength> windows,
                       const std::function<std::string(const doa::WindowLength&)>& cells) {
  std::string out = fmt::format("<tbody class=\"{}\">", kind);
  for (std::size_t w = 0; w < windows.size(); ++w) {
    out += "<tr>";
    if (w == 0) {
      out += fmt::format("<th scope=\"rowgroup\" rowspan=\"{}\">{}</th>", windows.size(), title);
    }
    out += fmt::format("<th scope=\"row\" class=\"window\">{}</th>{}</tr>",
                       window_title(windows[w]), cells(windows[w]));
  }
  return out + "</tbody>";
}

std::string column_title_html(const std::optional<double>& t60_s) {
  const std::string title = column_title(t60_s), number = t60_title(t60_s);
  return fmt::format("{}<span class=\"nb\">{}</span>",
                     title.substr(0, title.size() - number.size()), number);
}

ErrorCell error_cell(const doa::ErrorStats& stats) {
  return {stats.mean_deg, stats.ci95_deg, stats.median_deg};
}

std::string error_cell_html(const ErrorCell& cell, bool best) {
  if (!std::isfinite(cell.mean_deg)) return fmt::format("<td>{}</td>", kNoValueHtml);
  std::string out =
      fmt::format("<td{}>{}", best ? " class=\"best\"" : "", degrees_text(cell.mean_deg));
  if (std::isfinite(cell.ci95_deg)) {
    out += fmt::format(" <span class=\"ci\">&plusmn;{}</span>", degrees_text(cell.ci95_deg));
  }
  if (std::isfinite(cell.median_deg)) {
    out += fmt::format(" <span class=\"median\">median {}</span>", degrees_text(cell.median_deg));
  }
  return out + "</td>";
}

}  // namespace report
