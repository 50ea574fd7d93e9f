/// csl-eval: errors of estimates against known directions, as tables and a report.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "commands/common.h"
#include "commands/eval_baselines.h"

namespace commands {

struct EvalOptions {
  CommonOptions common;
  std::vector<std::string> estimates;    ///< estimates files, or glob patterns
  std::vector<std::string> sessions;     ///< sessions files, for baselines and the spectrogram
  BaselineRunOptions baselines;          ///< without methods, no baseline is run
  std::filesystem::path out;             ///< folder of the report
  std::filesystem::path confidence_out;  ///< empty: the confidence is not calibrated
  std::string title = "Sound localization results";
  bool dry_run = false;  ///< only say what would be written and how long it takes
  bool paper = false;    ///< the C-SL paper's own figures beside those of this run

  nlohmann::json to_json() const;
};

/// Writes report.json, table1.csv, table2.csv, error_vs_window.svg, report.html and the estimates
/// of each baseline into the folder, and the tables with their conditions to standard output.
/// Where no truth is known, the report shows directions over time.
/// @throws core::UsageError, core::InputError, core::IoError
void evaluate(const EvalOptions& options);

}  // namespace commands
