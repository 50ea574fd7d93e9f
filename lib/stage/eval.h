/// csl-eval: how far estimates are from the truth, as tables and a report.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "stage/common.h"

namespace stage {

struct EvalOptions {
  CommonOptions common;
  std::vector<std::string> estimates;
  std::filesystem::path out;  ///< folder

  nlohmann::json to_json() const;
};

/// Writes report.json, table1.csv, error_vs_window.svg and report.html into the folder, and the
/// table to standard output.
/// @throws core::UsageError, core::InputError (also if no estimate has a known truth),
/// core::IoError
void evaluate(const EvalOptions& options);

}  // namespace stage
