#include "session/features.h"

namespace session {

bool FeatureSettings::valid() const {
  return sample_rate_hz > 0.0 && window_samples >= 2 && hop_samples >= 1;
}

bool FeatureSettings::fits(const FeatureSettings& other) const {
  FeatureSettings same_choice = other;
  same_choice.floor_db = floor_db;
  same_choice.floor_memory_s = floor_memory_s;
  same_choice.noise_margin_db = noise_margin_db;
  return *this == same_choice;
}

}  // namespace session
