#include "report/finding_page.h"

#include <fmt/format.h>

#include "core/json_text.h"
#include "report/html_parts.h"
#include "report/style.h"
#include "report/svg/plot.h"

namespace report {
namespace {

std::string list(const std::vector<std::string>& items) {
  std::string out = "<ul>";
  for (const std::string& item : items) out += "<li>" + svg::escape_markup(item) + "</li>";
  return out + "</ul>";
}

std::string findings_table(const std::vector<Finding>& findings) {
  std::string rows = "<tbody class=\"plain\">";
  for (const Finding& finding : findings) {
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td class=\"word wrap\">{}</td></tr>",
                        svg::escape_markup(finding.name), svg::escape_markup(finding.text));
  }
  return html_table(rows + "</tbody>");
}

std::string sections(const std::vector<FindingTable>& tables) {
  std::string out;
  for (const FindingTable& table : tables) {
    out += html_section(svg::escape_markup(table.title), "", findings_table(table.findings));
  }
  return out;
}

std::string header(const FindingPage& page) {
  std::string out = fmt::format("<header><h1>{}</h1>", svg::escape_markup(page.title));
  if (!page.lead.empty()) {
    out += fmt::format("<p class=\"answer {}\">{}</p>", word_of(page.verdict),
                       svg::escape_markup(page.lead));
  }
  if (!page.reasons.empty()) {
    out += fmt::format("<div class=\"warning {}\" role=\"alert\">{}</div>", word_of(page.verdict),
                       list(page.reasons));
  }
  return out + "</header>\n";
}

}  // namespace

const char* word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kGood:
      return "good";
    case Verdict::kLimited:
      return "limited";
    case Verdict::kUnusable:
      return "unusable";
  }
  return "";
}

std::string page_html(const FindingPage& page) {
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta name=\"color-scheme\" content=\"light dark\"><title>{}</title>\n"
      "<style>{}{}</style></head>\n<body>{}\n",
      svg::escape_markup(page.title), svg::svg_style(), report_style(), header(page));
  std::string body = sections(page.tables);
  if (!page.warnings.empty()) {
    body +=
        html_section("Warnings", "Warnings of all recordings first, then those of each recording.",
                     list(page.warnings));
  }
  for (const Picture& picture : page.pictures) {
    body += html_section(svg::escape_markup(picture.title), svg::escape_markup(picture.legend),
                         html_figures({picture.svg}));
  }
  body += sections(page.details);
  body += html_folded_section(
      "Options", "", "Every option of this run",
      "<pre>" + svg::escape_markup(core::json_text(page.options, 2)) + "</pre>");
  return out + html_main(body) +
         fmt::format("<footer>csl {}</footer></body></html>\n", CSL_VERSION);
}

nlohmann::json to_json(const std::vector<Picture>& pictures) {
  nlohmann::json json = nlohmann::json::array();
  for (const Picture& picture : pictures) {
    json.push_back({{"title", picture.title}, {"legend", picture.legend}, {"svg", picture.svg}});
  }
  return json;
}

std::vector<Picture> pictures_from_json(const nlohmann::json& json) {
  std::vector<Picture> pictures;
  for (const nlohmann::json& picture : json) {
    pictures.push_back({picture.at("title"), picture.at("legend"), picture.at("svg")});
  }
  return pictures;
}

}  // namespace report
