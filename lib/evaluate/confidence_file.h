/// Calibrated confidence: which error to expect of a window, learned where the truth is known.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "doa/evaluation.h"
#include "formats/estimates_file.h"
#include "session/estimate.h"

namespace evaluate {

/// Curves of one model and estimator, one a window length. A JSON file, written by csl-eval from
/// validation data and read by csl-infer; fields are in docs/use/formats.md.
struct ConfidenceFile {
  std::string estimator, pooling;
  nlohmann::json training;  ///< the model's csl-train step: another model's confidences differ
  std::map<std::string, doa::ConfidenceCalibration> curves;  ///< by window's label

  /// NaN if the estimate is empty. @throws core::InputError if the length has no curve
  double expected_error_deg(const session::Estimate& estimate,
                            const doa::WindowLength& window) const;
};

/// What the curves are over: the sum of the norms near the direction, which ranks errors better
/// than their share, their mean or the concentration (docs/evidence/experiments.md).
double calibrated_quantity(const session::Estimate& estimate);

/// The step of csl-train in a history, or null.
nlohmann::json training_step(const core::Provenance& provenance);

/// Learns curves from csl estimates of sessions with one known source.
/// @throws core::InputError  if files differ in model, estimator or pooling, or a length has fewer
/// than 20 estimates with truth
ConfidenceFile learn_confidence(const std::vector<std::filesystem::path>& estimates);

/// @throws core::IoError
void write_confidence(const ConfidenceFile& file, const std::filesystem::path& out);
/// @throws core::InputError  on anything but such a file
ConfidenceFile read_confidence(const std::filesystem::path& path);

}  // namespace evaluate
