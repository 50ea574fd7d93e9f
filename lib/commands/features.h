/// csl-features: STFT bins above the floor and the orientation of every frame.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "commands/common.h"
#include "formats/features_file.h"
#include "formats/sessions_file.h"
#include "session/features.h"

namespace commands {

struct FeaturesOptions {
  CommonOptions common;
  std::vector<std::string> in;
  std::filesystem::path out;
  bool dry_run = false;  ///< only say what would be written and how long it takes
  double window_ms = 25.0;
  double hop_ms = 10.0;
  double min_frequency_hz = 340.0;
  double max_frequency_hz = 8000.0;
  double floor_db = -40.0;
  double floor_memory_s =
      0.0;  ///< 0: floor below the maximum of the session; otherwise see CausalFloor
  double noise_margin_db = 0.0;  ///< 0: bins are not compared with the noise; see session_floor()

  nlohmann::json to_json() const;
};

/// The settings that the options give at a sample rate.
session::FeatureSettings make_settings(const FeaturesOptions& options, double sample_rate_hz);

/// Reads sessions and writes a features file.
/// @throws core::UsageError, core::InputError, core::IoError
void make_features(const FeaturesOptions& options);

}  // namespace commands
