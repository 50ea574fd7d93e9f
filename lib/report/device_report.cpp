#include "report/device_report.h"

#include <fmt/format.h>

#include "report/html_parts.h"
#include "report/style.h"
#include "report/svg/plot.h"

namespace report {
namespace {

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

std::string pictures(const std::vector<DevicePicture>& all) {
  std::string out;
  for (const DevicePicture& picture : all) {
    out +=
        html_section(svg::escape_markup(picture.title), "", html_figures({picture.svg}, "single"));
  }
  return out;
}

}  // namespace

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kGood:
      return "good";
    case Verdict::kLimited:
      return "usable with these limits";
    case Verdict::kUnusable:
      return "not usable";
  }
  return "";
}

std::string device_text(const DeviceReport& report) {
  std::string text;
  for (const Finding& finding : report.findings) {
    text += fmt::format("{:<10} {}\n", finding.name, finding.text);
  }
  text += fmt::format("{:<10} {}\n", "verdict", name_of(report.verdict));
  for (const std::string& reason : report.reasons) text += fmt::format("{:<10} - {}\n", "", reason);
  return text;
}

nlohmann::json device_json(const DeviceReport& report) {
  nlohmann::json findings = nlohmann::json::object();
  for (const Finding& finding : report.findings) findings[finding.name] = finding.text;
  return {{"verdict", word_of(report.verdict)},
          {"reasons", report.reasons},
          {"findings", findings},
          {"warnings", report.warnings},
          {"files", report.files},
          {"options", report.options}};
}

std::string device_html(const DeviceReport& report) {
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta name=\"color-scheme\" content=\"light dark\"><title>Calibration: {0}</title>\n"
      "<style>{1}{2}</style></head>\n<body><header><h1>Calibration: {0}</h1>",
      name_of(report.verdict), svg::svg_style(), report_style());
  if (!report.reasons.empty()) {
    out += fmt::format("<div class=\"warning\" role=\"alert\">{}</div>", list(report.reasons));
  }
  out += "</header>\n<main>\n";
  out += html_section("What was found", "", findings_table(report.findings));
  if (!report.warnings.empty()) {
    out += html_section("Warnings", "In the order of the steps that gave them.",
                        list(report.warnings));
  }
  out += pictures(report.pictures);
  out +=
      html_section("Options", "", "<pre>" + svg::escape_markup(report.options.dump(2)) + "</pre>");
  return out + fmt::format("</main><footer>csl {}</footer></body></html>\n", CSL_VERSION);
}

}  // namespace report
