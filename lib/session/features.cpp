#include "session/features.h"

#include <cmath>

namespace session {

bool FeatureSettings::valid() const {
  const bool numbers = std::isfinite(sample_rate_hz) && min_frequency_hz >= 0.0 &&
                       min_frequency_hz <= max_frequency_hz && std::isfinite(max_frequency_hz) &&
                       std::isfinite(floor_db) && floor_memory_s >= 0.0 &&
                       std::isfinite(floor_memory_s) && noise_margin_db >= 0.0 &&
                       std::isfinite(noise_margin_db);
  return numbers && sample_rate_hz > 0.0 && window_samples >= 2 &&
         window_samples <= kMostWindowSamples && hop_samples >= 1 &&
         hop_samples <= kMostWindowSamples;
}

bool FeatureSettings::fits(const FeatureSettings& other) const {
  FeatureSettings same_choice = other;
  same_choice.floor_db = floor_db;
  same_choice.floor_memory_s = floor_memory_s;
  same_choice.noise_margin_db = noise_margin_db;
  return *this == same_choice;
}

}  // namespace session
