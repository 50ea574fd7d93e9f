/// csl-eval --baselines: runs methods that know the array over recordings.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "commands/baseline_options.h"
#include "commands/common.h"

namespace commands {

/// True for the names of the files that run_baselines() writes with these options.
bool is_baseline_file(const std::string& name, const BaselineRunOptions& options);

/// Seconds that run_baselines() takes, by the time of the first session. Writes nothing.
/// @throws as run_baselines
double baseline_seconds(const std::vector<std::filesystem::path>& sessions,
                        const BaselineRunOptions& options, const CommonOptions& common);

/// Estimates of every method, pooling frame and search over sessions, each as its own estimates
/// file in `folder`, named like srp-phat-world-refined.estimates.h5. Frames are 25 ms every 10 ms.
/// @param options_json  resolved options of the run, for the files' provenance
/// @return  the files, in order of methods, frames, searches
/// @throws core::InputError  if a file has neither its microphones' positions nor its responses
std::vector<std::filesystem::path> run_baselines(const std::vector<std::filesystem::path>& sessions,
                                                 const BaselineRunOptions& options,
                                                 const CommonOptions& common,
                                                 const nlohmann::json& options_json,
                                                 const std::filesystem::path& folder);

}  // namespace commands
