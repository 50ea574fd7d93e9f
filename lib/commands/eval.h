/// csl-eval: how far estimates are from the truth, as tables and a report.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "commands/common.h"
#include "commands/eval_baselines.h"

namespace commands {

struct EvalOptions {
  CommonOptions common;
  std::vector<std::string> estimates;
  std::vector<std::string> sessions;     ///< recordings: for baselines and the spectrogram
  BaselineRunOptions baselines;          ///< no methods: none are run
  std::filesystem::path out;             ///< folder
  std::filesystem::path confidence_out;  ///< empty: confidence is not calibrated
  std::string title = "Sound localization results";

  nlohmann::json to_json() const;
};

/// Writes report.json, table1.csv, table2.csv, error_vs_window.svg and report.html into the folder,
/// each baseline's estimates beside them, and the tables to standard output.
/// @throws core::UsageError, core::InputError (also if no estimate has a known truth),
/// core::IoError
void evaluate(const EvalOptions& options);

}  // namespace commands
