/// How an output was made: written into every file, appended from file to file.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace core {

/// Tool, resolved options and seed of one step, and the steps that made its inputs.
/// Holds nothing that changes between two equal runs: no times, thread counts, host names or
/// absolute paths.
struct Provenance {
  std::string tool;                                   ///< "csl-train"
  std::string tool_version;                           ///< "0.1.0"
  nlohmann::json options = nlohmann::json::object();  ///< resolved options of this step
  std::uint64_t seed = 0;
  nlohmann::json history = nlohmann::json::array();  ///< this step's inputs' steps, oldest first
};

/// A provenance of this version of the tools.
Provenance make_provenance(const std::string& tool, nlohmann::json options, std::uint64_t seed);

/// Appends an input's own step and everything before it; steps already listed are not repeated.
void append_history(Provenance& provenance, const Provenance& input);

}  // namespace core
