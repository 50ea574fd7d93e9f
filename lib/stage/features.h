/// csl-features: STFT bins above the floor, with the orientation of every frame.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "stage/common.h"
#include "stage/schema_features.h"
#include "stage/schema_sessions.h"

namespace stage {

/// A margin that leaves out most bins of microphone noise and few of speech.
inline constexpr double kUsualNoiseMarginDb = 10.0;

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
FeatureSettings make_settings(const FeaturesOptions& options, double sample_rate_hz);

/// The bins of one session: those in the frequency range whose energy (over all microphones) is
/// above the floor of their frequency, session_floor() or CausalFloor, scaled to unit norm.
/// Source: paper.txt, 3.1
SessionFeatures make_features(const Session& session, std::size_t microphones,
                              const FeatureSettings& settings);

/// @throws core::UsageError, core::InputError, core::IoError
void make_features(const FeaturesOptions& options);

}  // namespace stage
