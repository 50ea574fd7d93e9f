/// Calibrated confidence: the error to expect of a window, learned from sessions with known truth.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "doa/evaluation.h"
#include "evaluate/provenance.h"
#include "formats/estimates_file.h"
#include "session/estimate.h"

namespace evaluate {

/// Curves of one model and estimator, one a window length. csl-eval writes them from validation
/// data to a JSON file, and csl-infer reads them; docs/use/formats.md lists the file's fields.
struct ConfidenceFile {
  std::string estimator, pooling;
  nlohmann::json training;  ///< the model's csl-train step, which identifies the model
  std::map<std::string, doa::ConfidenceCalibration> curves;  ///< by doa::WindowLength::label()

  /// Error to expect, degrees; NaN if the estimate has no bin.
  /// @throws core::InputError  if the window length has no curve
  double expected_error_deg(const session::Estimate& estimate,
                            const doa::WindowLength& window) const;
};

/// Learns curves from csl estimates of sessions with one known source.
/// @throws core::InputError  if files differ in model, estimator or pooling, or a length has fewer
/// than 20 estimates with truth
ConfidenceFile learn_confidence(const std::vector<std::filesystem::path>& estimates);

/// Writes atomically. @throws core::IoError  if the file cannot be written
void write_confidence(const ConfidenceFile& file, const std::filesystem::path& out);
/// @throws core::InputError  if the file is not a confidence file
ConfidenceFile read_confidence(const std::filesystem::path& path);

}  // namespace evaluate
