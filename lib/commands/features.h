/// csl-features: STFT bins above the floor, with the orientation of every frame.
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
  double window_ms = 25.0;
  double hop_ms = 10.0;
  double min_frequency_hz = 340.0;
  double max_frequency_hz = 8000.0;
  double floor_db = -40.0;
  double floor_memory_s = 0.0;   ///< 0: relative to the session's maximum; else see CausalFloor
  double noise_margin_db = 0.0;  ///< 0: whatever the noise; see session_floor

  nlohmann::json to_json() const;
};

/// As the options ask for at a sample rate.
session::FeatureSettings make_settings(const FeaturesOptions& options, double sample_rate_hz);

/// @throws core::UsageError, core::InputError, core::IoError
void make_features(const FeaturesOptions& options);

}  // namespace commands
