/// STFT bins of one session and the settings that they were made with.
#pragma once

#include <Eigen/Geometry>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "session/session.h"

namespace session {

/// How the bins were made. Two files fit together only if these are equal.
struct FeatureSettings {
  double sample_rate_hz = 16000.0;
  std::size_t window_samples = 400;  ///< also the FFT length
  std::size_t hop_samples = 160;
  double min_frequency_hz = 340.0;
  double max_frequency_hz = 8000.0;
  double floor_db = -40.0;       ///< below the largest bin of the same frequency in the session
  double floor_memory_s = 0.0;   ///< > 0: below the largest so far, which fades 10 dB in this time
  double noise_margin_db = 0.0;  ///< > 0: and so far above the recording's own noise

  double hop_s() const { return static_cast<double>(hop_samples) / sample_rate_hz; }
  /// Between neighboring bins of the FFT.
  double bin_hz() const { return sample_rate_hz / static_cast<double>(window_samples); }
  double window_s() const { return static_cast<double>(window_samples) / sample_rate_hz; }
  /// Index of the highest bin of the FFT, k_max of the normalized frequency k / k_max.
  std::size_t max_frequency_index() const { return window_samples / 2; }
  bool operator==(const FeatureSettings&) const = default;
  /// False for settings that no program writes, such as a hop of 0 samples.
  bool valid() const;
  /// Equal but for floor and noise margin, which choose bins and do not change what they mean.
  bool fits(const FeatureSettings& other) const;
};

/// The bins of one session. Frames and bins count from the session's start.
struct Features {
  Info info;
  std::vector<std::complex<float>> stft;           ///< [bins, microphones], unit norm (what
                                                   ///< network_bins() smooths: at most 1)
  std::vector<std::uint32_t> frame;                ///< [bins], non-decreasing
  std::vector<std::uint16_t> frequency;            ///< [bins], FFT index
  std::vector<float> energy;                       ///< [bins], over the microphones
  std::vector<float> rise;                         ///< [bins], over what sounded before (PastSound)
  std::vector<double> frame_time_s;                ///< [frames], center of each frame
  std::vector<Eigen::Quaterniond> frame_rotation;  ///< [frames], q_world_sensor at the center

  std::size_t bins() const { return frequency.size(); }
  std::size_t frames() const { return frame_time_s.size(); }
  /// 0 without bins.
  std::size_t microphones() const { return bins() == 0 ? 0 : stft.size() / bins(); }
};

}  // namespace session
