/// How a file was made. Every output holds its own provenance and that of its inputs.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace core {

/// Tool, resolved options and seed of one step, and the steps that made its inputs. It holds
/// nothing that changes between two equal runs: no times, thread counts, host names or absolute
/// paths.
struct Provenance {
  std::string tool;                                   ///< such as "csl-train"
  std::string tool_version;                           ///< such as "0.1.0"
  nlohmann::json options = nlohmann::json::object();  ///< resolved options of this step
  std::uint64_t seed = 0;
  nlohmann::json history = nlohmann::json::array();  ///< steps that made the inputs, oldest first
};

/// The provenance of a step that this version of the tools does; its history is empty.
Provenance make_provenance(const std::string& tool, nlohmann::json options, std::uint64_t seed);

/// Appends the input's history and its own step. A step that is listed already is not repeated.
void append_history(Provenance& provenance, const Provenance& input);

}  // namespace core
