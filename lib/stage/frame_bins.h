/// Which bins of a frame are used: frequency range and floor. Files and streams go by the same
/// rules.
#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <vector>

#include "stage/schema_features.h"

namespace stage {

/// Bins of the FFT inside the frequency range; bin 0 has no direction and is never used. May be
/// empty.
RowRange frequency_range(const FeatureSettings& settings);

/// Energy over the microphones of every bin: [..., microphones] to [...].
std::vector<float> bin_energy(std::span<const std::complex<float>> spectrum,
                              std::size_t microphones);

/// Power ratio of the floor to the largest bin of its frequency.
float floor_ratio(const FeatureSettings& settings);

/// Appends the bins of one frame that lie in the range and above their floor, scaled to unit norm
/// over the microphones.
/// @param spectrum  of the frame, [bins, microphones]; @param energy  [bins]
/// @param floor     energy that a bin must exceed, [bins]
/// @return          number of bins appended
std::size_t append_frame_bins(std::span<const std::complex<float>> spectrum,
                              std::span<const float> energy, std::span<const float> floor,
                              const RowRange& range, std::vector<std::complex<float>>& stft,
                              std::vector<std::uint16_t>& frequency);

/// The causal floor. For every frequency the largest energy so far, which fades by 10 dB in
/// `floor_memory_s`, so that one bang does not silence a stream for good:
///   m_n = max(E_n, m_{n-1} 10^(-hop / memory)),   floor_n = m_n 10^(floor_db / 10).
/// Early frames have little past: there, bins pass that the whole session's maximum would stop.
class CausalFloor {
 public:
  /// @param bins  of the half spectrum. floor_memory_s must be > 0.
  CausalFloor(const FeatureSettings& settings, std::size_t bins);

  /// Takes the next frame's energies in. @return its floor, [bins]; valid until the next call
  std::span<const float> update(std::span<const float> energy);

 private:
  float fade_;
  float ratio_;
  std::vector<float> largest_;
  std::vector<float> floor_;
};

}  // namespace stage
