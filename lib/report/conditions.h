/// Conditions under which a report's figures were obtained, as far as the inputs' provenance says
/// them: noise, reverberation times, band, floors, stride, pooling.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "doa/metrics.h"
#include "evaluate/results.h"

namespace report {

/// One condition of one or several inputs.
struct Condition {
  std::string key;        ///< as report.json has it: "floor_db"
  std::string label;      ///< as people read it: "floor"
  std::string unit;       ///< " dB"; empty: none
  nlohmann::json values;  ///< array of the options' values, each once, in order of the steps

  bool operator==(const Condition&) const = default;
  /// "floor -70 dB", "T60 0, 0.25 s", "noise none".
  std::string text() const;
};

/// Inputs that have the same conditions.
struct InputConditions {
  std::vector<std::string> files;
  std::vector<Condition> conditions;
};

/// The conditions of all inputs with a provenance, in the order of the inputs. Inputs with equal
/// conditions form one group. Conditions are those of the test data: of csl-simulate and
/// csl-features, the steps after the training, or the steps before it if none follows it.
std::vector<InputConditions> input_conditions(const evaluate::Report& report);

/// "20 sessions and 3 to 614 windows in each cell", over the cells that have windows.
std::string counts_text(std::span<const doa::ErrorStats> cells);

/// report.json's "conditions": [{"files": [...], "t60_s": [...], ...}, ...].
nlohmann::json conditions_json(const evaluate::Report& report);

/// Lines for a terminal, at most 100 columns each unless a file name is longer. Empty if no input
/// has conditions.
std::string format_conditions(const evaluate::Report& report);

/// A list that readers can open and close.
/// @param counts  counts_text() of the table above it; empty: not shown
/// @param open    whether the list is open at first
std::string conditions_html(const evaluate::Report& report, const std::string& counts, bool open);

}  // namespace report
