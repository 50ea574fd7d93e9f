/// STFT bins of one session and their settings.
#pragma once

#include <Eigen/Geometry>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "session/session.h"

namespace session {

/// Settings with which bins are made. Two files can be used together only if their settings are
/// equal.
/// Longest window of the STFT. The index of a bin is stored in 16 bits.
inline constexpr std::size_t kMostWindowSamples = 131070;

struct FeatureSettings {
  double sample_rate_hz = 16000.0;
  std::size_t window_samples = 400;  ///< length of the window and of the FFT
  std::size_t hop_samples = 160;     ///< above the window for snapshots that are apart in time
  double min_frequency_hz = 340.0;
  double max_frequency_hz = 8000.0;
  double floor_db = -40.0;       ///< floor, relative to the largest bin of the same frequency
  double floor_memory_s = 0.0;   ///< above 0: causal floor; its maximum fades by 10 dB in this time
  double noise_margin_db = 0.0;  ///< above 0: bins must also be this far above the noise

  /// Time between frames, s.
  double hop_s() const { return static_cast<double>(hop_samples) / sample_rate_hz; }
  /// Distance of neighboring bins of the FFT, Hz.
  double bin_hz() const { return sample_rate_hz / static_cast<double>(window_samples); }
  double window_s() const { return static_cast<double>(window_samples) / sample_rate_hz; }
  /// Index of the highest bin of the FFT, k_max of the normalized frequency k / k_max.
  std::size_t max_frequency_index() const { return window_samples / 2; }
  bool operator==(const FeatureSettings&) const = default;
  /// False for settings that no program writes, such as a hop of 0 samples.
  bool valid() const;
  /// True if the settings differ at most in the floor and the noise margin. These choose bins and
  /// do not change their meaning.
  bool fits(const FeatureSettings& other) const;
};

/// The bins of one session. Frames and bins count from the start of the session.
struct Features {
  Info info;
  /// [bins, microphones], unit norm; bins that network_bins() smoothed have a norm of at most 1.
  std::vector<std::complex<float>> stft;
  std::vector<std::uint32_t> frame;      ///< [bins], non-decreasing
  std::vector<std::uint16_t> frequency;  ///< [bins], index of the FFT bin
  std::vector<float> energy;             ///< [bins], summed over the microphones
  std::vector<float> rise;               ///< [bins], energy over the energy that still sounds
  std::vector<double> frame_time_s;      ///< [frames], center of each frame
  std::vector<Eigen::Quaterniond> frame_rotation;  ///< [frames], q_world_sensor at the center

  std::size_t bins() const { return frequency.size(); }
  std::size_t frames() const { return frame_time_s.size(); }
  /// Number of microphones; 0 if there are no bins.
  std::size_t microphones() const { return bins() == 0 ? 0 : stft.size() / bins(); }
};

}  // namespace session
