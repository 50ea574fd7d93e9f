/// Learns an array's responses from a trained model's directions (`csl-train --calibrate`).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "calib/calibration.h"
#include "commands/common.h"
#include "core/parallel.h"
#include "learn/model.h"

namespace commands {

/// Labels every session with the direction that the model's bins pool to in the world, and fits the
/// array to them. Never looks at true directions or positions.
/// @param features  files made with the model's settings
/// @param seed      chooses the bins that are used where there are more than needed
/// @throws core::InputError  if there is too little to calibrate from
calib::Calibration calibrate(const learn::Model& model,
                             const std::vector<std::filesystem::path>& features, std::uint64_t seed,
                             core::ThreadPool& pool);

/// "8 microphones, aperture 86.6 mm, positions to 0.05 mm": for summary lines.
std::string describe(const calib::Calibration& calibration);

/// `csl-train --model MODEL --calibrate`: gives a model that is already trained its responses.
struct CalibrateStageOptions {
  CommonOptions common;
  std::filesystem::path model;
  std::vector<std::string> in;
  std::filesystem::path out;
};

/// @throws core::UsageError, core::InputError, core::IoError
void calibrate_model(const CalibrateStageOptions& options);

}  // namespace commands
