/// What csl-calibrate says at its end: findings, verdict and its reasons.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "commands/device/recordings.h"
#include "commands/device/self_agreement.h"
#include "formats/model_file.h"
#include "report/device_report.h"

namespace commands::device {

/// Everything that the verdict rests on.
struct Findings {
  std::vector<Recording> recordings;
  std::vector<nlohmann::json> imports;  ///< report.json of each recording's last import
  formats::LoadedModel model;
  SelfAgreement agreement;
};

/// Appends the warnings of a recording's import.
/// @param import  its report.json
void add_warnings(const Recording& recording, const nlohmann::json& import,
                  report::DeviceReport& report);

/// Findings, reasons and verdict. Pictures and options are left to the caller.
report::DeviceReport judge(const Findings& findings, bool accept_doubtful);

}  // namespace commands::device
