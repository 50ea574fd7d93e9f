/// Computes the bins of a whole session.
#pragma once

#include <complex>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/index_range.h"
#include "features/frame_bins.h"
#include "session/features.h"
#include "session/session.h"
#include "so3/track.h"

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

/// Spectra of some frames in a row.
struct SpectrumBlock {
  std::vector<std::complex<float>> spectrum;  ///< [frames, bins, microphones]
  std::vector<float> energy;                  ///< [frames, bins]
};

/// Number of complete frames in a recording.
std::size_t frame_count(std::size_t samples, const session::FeatureSettings& settings);
/// Samples that some frames cover.
core::IndexRange frame_samples(const core::IndexRange& frames,
                               const session::FeatureSettings& settings);
/// Spectra of the samples of some frames. @param samples  [samples, microphones]
SpectrumBlock analyze_block(std::span<const float> samples, std::size_t microphones,
                            const session::FeatureSettings& settings);

/// Chooses the bins of a session whose frames come in blocks. A session in blocks gives the values
/// of make_features().
class BinChooser {
 public:
  /// @param floor  SessionFloor::floor(); not used if settings.floor_memory_s is above 0
  BinChooser(const session::FeatureSettings& settings, std::vector<float> floor);

  /// Appends the bins, times and rotations of the next frames. Frames count from the start of the
  /// session. @param orientation  covers the frames
  void append(const SpectrumBlock& block, const so3::Track& orientation,
              session::Features& features);

 private:
  session::FeatureSettings settings_;
  std::vector<float> floor_;
  std::optional<CausalFloor> causal_;
  PastSound past_;
  std::size_t frames_ = 0;
};

}  // namespace features
