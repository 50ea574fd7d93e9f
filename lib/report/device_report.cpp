#include "report/device_report.h"

#include <fmt/format.h>

namespace report {
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
  nlohmann::json findings = nlohmann::json::array();  // several may have the same name
  for (const Finding& finding : report.findings) {
    findings.push_back({{"name", finding.name}, {"text", finding.text}});
  }
  return {{"verdict", word_of(report.verdict)},
          {"reasons", report.reasons},
          {"findings", findings},
          {"warnings", report.warnings},
          {"options", report.options}};
}

std::string device_html(const DeviceReport& report) {
  return page_html({.title = std::string("Calibration: ") + name_of(report.verdict),
                    .lead = "",
                    .verdict = report.verdict,
                    .reasons = report.reasons,
                    .tables = {{"What was found", report.findings}},
                    .warnings = report.warnings,
                    .pictures = report.pictures,
                    .details = {},
                    .options = report.options});
}

}  // namespace report
