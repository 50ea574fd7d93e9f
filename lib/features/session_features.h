/// The bins of a whole session.
#pragma once

#include <cstddef>

#include "session/features.h"
#include "session/session.h"

namespace features {

/// The settings that csl-features has by default: windows of 25 ms every 10 ms.
session::FeatureSettings default_settings(double sample_rate_hz);

/// A margin that leaves out most bins of microphone noise and few of speech.
inline constexpr double kUsualNoiseMarginDb = 10.0;

/// The bins of one session: those in the frequency range whose energy (over all microphones) is
/// above the floor of their frequency, session_floor() or CausalFloor, scaled to unit norm.
/// Source: paper.txt, 3.1
session::Features make_features(const session::Session& session, std::size_t microphones,
                                const session::FeatureSettings& settings);

}  // namespace features
