/// The page and the lines that csl-calibrate ends with.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "report/finding_page.h"

namespace report {

/// "good", "usable with these limits", "not usable".
const char* name_of(Verdict verdict);

/// What is known at the end of a calibration, or when it was given up.
struct DeviceReport {
  Verdict verdict = Verdict::kGood;
  std::vector<std::string> reasons;  ///< limits, or why the recordings cannot be used
  std::vector<Finding> findings;
  std::vector<std::string> warnings;  ///< of all steps
  std::vector<Picture> pictures;
  nlohmann::json options = nlohmann::json::object();
};

/// Lines for a terminal: the findings, the verdict and its reasons.
std::string device_text(const DeviceReport& report);

/// Content of report.json.
nlohmann::json device_json(const DeviceReport& report);

/// Content of report.html, which needs no other file.
std::string device_html(const DeviceReport& report);

}  // namespace report
