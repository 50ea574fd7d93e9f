/// Which bins of a frame are used: frequency range and floor. Files and streams go by the same
/// rules.
#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <vector>

#include "core/index_range.h"
#include "session/features.h"

namespace features {

/// Bins of the FFT inside the frequency range; bin 0 has no direction and is never used. May be
/// empty.
core::IndexRange frequency_range(const session::FeatureSettings& settings);

/// Energy over the microphones of every bin: [..., microphones] to [...].
std::vector<float> bin_energy(std::span<const std::complex<float>> spectrum,
                              std::size_t microphones);

/// What a bin must exceed to be used, for every frequency k of a session:
///   max(max_n E_nk 10^(floor_db / 10), N_k 10^(noise_margin_db / 10)),
/// N_k the energy that a tenth of the frames with any sound lie below. The second part only with a
/// margin above 0. For noise that is always there N_k is half to all of its mean; where speech
/// pauses it is what noise and reverberation leave.
/// @param energy  [frames, bins]; @return [bins]
std::vector<float> session_floor(std::span<const float> energy, std::size_t bins,
                                 const session::FeatureSettings& settings);

/// What still sounds at every frequency: the largest energy so far, which fades by 60 dB in
/// kReverberation_s. An onset rises above it; what reverberation leaves lies near it or below.
class PastSound {
 public:
  static constexpr double kReverberation_s = 0.7;
  static constexpr float kHighestRise = 250.0F;  ///< 24 dB; the lowest is its inverse

  /// @param bins  of the half spectrum
  PastSound(double hop_s, std::size_t bins);

  /// Takes the next frame's energies in.
  /// @return  energies over what sounded before, within bounds, [bins]; valid until the next call
  std::span<const float> update(std::span<const float> energy);

 private:
  float fade_;
  std::vector<float> past_;
  std::vector<float> rise_;
};

/// Appends the bins of one frame that lie in the range and above their floor, scaled to unit norm
/// over the microphones. The frame's time and rotation are the caller's to append.
/// @param spectrum  of the frame, [bins, microphones]; @param energy, rise  [bins]
/// @param floor     energy that a bin must exceed, [bins]
void append_frame_bins(std::span<const std::complex<float>> spectrum, std::span<const float> energy,
                       std::span<const float> floor, std::span<const float> rise,
                       const core::IndexRange& range, std::uint32_t frame,
                       session::Features& session);

/// The causal floor. For every frequency the largest energy so far, which fades by 10 dB in
/// `floor_memory_s`, so that one bang does not silence a stream for good:
///   m_n = max(E_n, m_{n-1} 10^(-hop / memory)),   floor_n = m_n 10^(floor_db / 10).
/// Early frames have little past: there, bins pass that the whole session's maximum would stop.
/// With a noise margin the floor is at least N_n 10^(noise_margin_db / 10), N_n the tenth that
/// session_floor() takes, followed by a recursive quantile (Robbins and Monro, 1951):
///   N_n = N_{n-1} exp(s_n (0.1 - [E_n < N_{n-1}])),   s_n = max(s, 4 / n),
/// s so that it rises by 10 dB in `floor_memory_s` at most. It starts at the first sound.
class CausalFloor {
 public:
  /// @param bins  of the half spectrum. floor_memory_s must be > 0.
  CausalFloor(const session::FeatureSettings& settings, std::size_t bins);

  /// Takes the next frame's energies in. @return its floor, [bins]; valid until the next call
  std::span<const float> update(std::span<const float> energy);

 private:
  void follow_noise(std::span<const float> energy);

  float fade_;
  float ratio_;
  float noise_ratio_;    ///< 0: no margin
  double noise_step_;    ///< s
  double frames_ = 0.0;  ///< n
  std::vector<float> largest_;
  std::vector<float> noise_;
  std::vector<float> floor_;
};

}  // namespace features
