/// Computes the bins of a whole session.
#pragma once

#include <cstddef>

#include "session/features.h"
#include "session/session.h"

namespace features {

/// The default settings of csl-features: frames of 25 ms every 10 ms.
session::FeatureSettings default_settings(double sample_rate_hz);

/// Noise margin that leaves out most bins of microphone noise and few bins of speech, dB.
inline constexpr double kUsualNoiseMarginDb = 10.0;

/// The bins of one session in the frequency range whose energy, summed over the microphones, is
/// above the floor of their frequency. Each bin is scaled to unit norm. The floor is
/// session_floor(), or CausalFloor if settings.floor_memory_s is above 0.
/// Source: C-SL paper, section 3.1
session::Features make_features(const session::Session& session, std::size_t microphones,
                                const session::FeatureSettings& settings);

}  // namespace features
