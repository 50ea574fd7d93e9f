/// Whether two signals hold the same sound, with an unknown delay between them.
#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "dsp/fft.h"

namespace dsp {

/// Counts frames in which the cross-correlation of two signals is largest at a delay that sound
/// between two microphones of one array can have. Each frame counts by itself, so that the array may
/// turn and the source may move from frame to frame. Spectra are whitened by half: the product of
/// two spectra is divided by the square root of its magnitude (GCC-PHAT, Knapp and Carter 1976,
/// divides by the magnitude and gives noise more weight). Frequency bands are tested one by one.
///
/// Signals without common sound have their largest correlation at any delay. Hum from the mains has
/// it at each of its periods alike, so that hum is no common sound.
class CommonSound {
 public:
  static constexpr std::size_t kBands = 4;

  /// Frames of one pair of signals.
  struct Count {
    std::size_t frames = 0;
    std::array<std::size_t, kBands> common{};  ///< Frames with their largest correlation near 0.
  };

  /// @param window           length of the frames and of their Hann window, samples
  /// @param longest_delay_s  longest delay of common sound; at most an eighth of the frame
  /// @throws core::UsageError  if the frames are too short for this delay
  CommonSound(std::size_t window, double sample_rate_hz, double longest_delay_s);

  /// Number of bins that are used: those up to 8 kHz.
  std::size_t bins() const { return product_.size(); }

  /// Divides a spectrum by the square root of its magnitude.
  static void whiten_by_half(std::span<std::complex<float>> spectrum);

  /// Adds one frame. A frame in which a signal is zero does not count.
  /// @param a, b  spectra of frames with a Hann window, whitened by half, at least [bins()]
  void add(std::span<const std::complex<float>> a, std::span<const std::complex<float>> b,
           Count& count);

  /// Adds one frame, or several frames together, as the product of two spectra.
  /// @param product  a conj(b), at least [bins()]
  void add_product(std::span<const std::complex<float>> product, Count& count);

  /// How much more often than by chance the sound is common, in the band where it is most often:
  /// 1 in all frames, 0 as often as by chance.
  double score(const Count& count) const;

 private:
  double bin_hz_;
  std::vector<std::complex<float>> product_;  ///< [bins]
  std::vector<std::complex<float>> in_band_;  ///< [bins]
  Fft fft_;                                   ///< Of 2 bins - 2 samples.
  std::vector<float> correlation_;            ///< [2 bins - 2]
  std::size_t near_;  ///< Largest delay that sound can have, samples of the correlation.
  std::size_t far_;   ///< Largest delay that is compared.
  double chance_;     ///< Share of the delays that are near, among those that are compared.
  std::array<std::size_t, kBands> low_{}, high_{};  ///< Bins of each band, [low, high).
  std::vector<float> weight_;  ///< [far_ + 1], makes the chance equal at all delays.
};

/// Signals that hold the same sound, directly or through others.
struct SoundGroups {
  std::vector<std::size_t> group;  ///< [signals], number of the first signal of the group.
  std::vector<double> best;        ///< [signals], highest score with another signal.
};

/// Groups signals. Pairs that are already in one group are not compared.
/// @param ignored    [signals], signals that are alone in their group
/// @param min_score  two signals with a higher score are in one group
/// @param score      see CommonSound::score
SoundGroups group_by_sound(const std::vector<bool>& ignored, double min_score,
                           const std::function<double(std::size_t, std::size_t)>& score);

/// The largest group. @return  empty if it has one signal, or if two groups are equally large
std::optional<std::size_t> largest_group(const SoundGroups& groups);

}  // namespace dsp
