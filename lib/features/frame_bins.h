/// Selects the bins of a frame by frequency range and floor. Files and streams share these rules.
#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <vector>

#include "core/index_range.h"
#include "session/features.h"

namespace features {

/// Bins of the FFT inside the frequency range; the range may be empty. Bin 0 has no direction and
/// is never used.
core::IndexRange frequency_range(const session::FeatureSettings& settings);

/// Energy over the microphones of every bin: [..., microphones] to [...].
std::vector<float> bin_energy(std::span<const std::complex<float>> spectrum,
                              std::size_t microphones);

/// Energy that a bin must exceed to be used, for every frequency k of a session:
///   max(max_n E_nk 10^(floor_db / 10), N_k 10^(noise_margin_db / 10)).
/// N_k is the noise: the energy below which a tenth of the frames with any sound lie. The second
/// term is used only if the margin is above 0. For constant noise N_k is half to all of its mean.
/// For speech with pauses N_k is the energy of the noise and the reverberation in the pauses.
///
/// The energies come in blocks of frames, and the object keeps none of them: without a margin it
/// needs one pass over all of them, with a margin three. Each pass finds eleven bits of N_k by
/// counting, from the highest bits down (the last one ten): floats of 0 or more have the order of
/// their bits.
class SessionFloor {
 public:
  /// @param bins  bins of the half spectrum
  SessionFloor(const session::FeatureSettings& settings, std::size_t bins);

  /// Adds a block of the present pass. @param energy  [frames, bins]
  void add(std::span<const float> energy);
  /// Ends a pass. @return  true if another pass over the same energies is needed
  bool end_pass();
  /// The floor, [bins], after the last pass.
  std::vector<float> floor() const;

 private:
  void count(std::span<const float> energy);
  void choose_digits();

  static constexpr std::size_t kDigits = 2048;
  float ratio_;
  float noise_ratio_;  ///< 0: no margin
  int shift_ = 21;     ///< lowest bit of the digits that this pass counts
  bool first_pass_ = true;
  std::vector<float> largest_;
  std::vector<std::uint32_t> noise_bits_;  ///< bits of N_k that are known, the others 0
  std::vector<std::uint64_t> rank_;        ///< of N_k among the energies with these bits
  std::vector<std::uint32_t> counts_;      ///< [bins, kDigits]
};

/// The floor of energies that are all there: see SessionFloor.
/// @param energy  [frames, bins]
/// @return        [bins]
std::vector<float> session_floor(std::span<const float> energy, std::size_t bins,
                                 const session::FeatureSettings& settings);

/// Energy that still sounds at every frequency: the largest energy so far, which fades by 60 dB in
/// kReverberation_s. An onset rises above it. Reverberation lies near it or below.
class PastSound {
 public:
  static constexpr double kReverberation_s = 0.7;
  static constexpr float kHighestRise = 250.0F;  ///< 24 dB; the lowest rise is its inverse

  /// @param hop_s  time between frames, s
  /// @param bins   bins of the half spectrum
  PastSound(double hop_s, std::size_t bins);

  /// Adds the next frame's energies.
  /// @return  rise of each bin: its energy over the energy that still sounded, [bins]; valid until
  ///          the next call
  std::span<const float> update(std::span<const float> energy);

 private:
  float fade_;
  std::vector<float> past_;
  std::vector<float> rise_;
};

/// Appends the bins of one frame that lie in the range and above their floor, scaled to unit norm
/// over the microphones. The caller appends the frame's time and rotation.
/// @param spectrum      of the frame, [bins, microphones]
/// @param energy, rise  of the frame, [bins]
/// @param floor         energy that a bin must exceed, [bins]
void append_frame_bins(std::span<const std::complex<float>> spectrum, std::span<const float> energy,
                       std::span<const float> floor, std::span<const float> rise,
                       const core::IndexRange& range, std::uint32_t frame,
                       session::Features& session);

/// The causal floor: relative to the largest energy so far of each frequency. This maximum fades by
/// 10 dB in `floor_memory_s`, so that one bang does not silence the rest of a stream:
///   m_n = max(E_n, m_{n-1} 10^(-hop / memory)),   floor_n = m_n 10^(floor_db / 10).
/// Early frames have little past: bins pass there that the whole session's maximum would stop.
/// With a noise margin the floor is at least N_n 10^(noise_margin_db / 10). N_n is the noise of
/// session_floor(), followed by a recursive quantile (Robbins and Monro, 1951):
///   N_n = N_{n-1} exp(s_n (0.1 - [E_n < N_{n-1}])),   s_n = max(s, 4 / n).
/// The step s makes N rise by at most 10 dB in `floor_memory_s`. N starts at the first sound.
class CausalFloor {
 public:
  /// @param settings  floor_memory_s must be > 0
  /// @param bins      bins of the half spectrum
  CausalFloor(const session::FeatureSettings& settings, std::size_t bins);

  /// Adds the next frame's energies.
  /// @return  the frame's floor, [bins]; valid until the next call
  std::span<const float> update(std::span<const float> energy);

 private:
  void follow_noise(std::span<const float> energy);

  float fade_;
  float ratio_;
  float noise_ratio_;    ///< 0: no margin
  double noise_step_;    ///< s of the formula
  double frames_ = 0.0;  ///< n of the formula
  std::vector<float> largest_;
  std::vector<float> noise_;
  std::vector<float> floor_;
};

}  // namespace features
