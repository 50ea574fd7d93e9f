/// csl-eval's comparison: methods that know the array, run over recordings.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "commands/common.h"
#include "core/provenance.h"
#include "doa/baseline.h"

namespace commands {

struct BaselineRunOptions {
  std::vector<std::string> methods;  ///< "srp-phat", "lsdd", "music"
  std::vector<std::string> pooling = {"sensor", "world"};
  std::vector<std::string> search = {"grid", "refined"};
  std::vector<std::string> window = {"0.05", "0.2", "0.5", "1", "full"};
  std::string cpsd = "whitened";  ///< SRP-PHAT's cross-spectra over a window: "whitened", "energy"
  double selectivity = 3.0;       ///< of LSDD's masks, alpha
  double floor_db = -40.0;        ///< bins so far below the largest of their frequency are left out
  std::size_t stride = 1;         ///< frames between neighboring windows
};

/// Checks options alone, before any work. @throws core::UsageError
void check_baseline_options(const BaselineRunOptions& options);

/// True for the names of the files that run_baselines() writes with these options.
bool is_baseline_file(const std::string& name, const BaselineRunOptions& options);

/// Estimates of every method, pooling frame and search over sessions, each as its own estimates
/// file in `folder`, named like srp-phat-world-refined.estimates.h5. Frames are 25 ms every 10 ms.
/// @param options_json  resolved options of the run, for the files' provenance
/// @return  the files, in order of methods, frames, searches
/// @throws core::InputError  if a file does not say where its microphones sit
std::vector<std::filesystem::path> run_baselines(const std::vector<std::filesystem::path>& sessions,
                                                 const BaselineRunOptions& options,
                                                 const CommonOptions& common,
                                                 const nlohmann::json& options_json,
                                                 const std::filesystem::path& folder);

}  // namespace commands
