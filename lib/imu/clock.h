/// Two clocks: that of an inertial or orientation log and that of the recording.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace imu {

/// recording time = offset + (1 + drift) * log time. The recording's time 0 is its first sample.
struct ClockMap {
  double offset_s = 0.0;
  double drift = 0.0;  ///< 5e-5: the log's clock is 50 ppm slow

  double to_recording(double log_s) const { return offset_s + (1.0 + drift) * log_s; }
  double to_log(double recording_s) const { return (recording_s - offset_s) / (1.0 + drift); }
};

/// Moments at which a signal jumps: values more than `threshold` times the median of the largest
/// values of all 0.25 s blocks, and the largest within 0.1 s.
/// @param value  [n] not negative, such as the change of the acceleration, or a rise in level
/// @return       times, s, increasing
std::vector<double> find_jumps(std::span<const double> value, std::span<const double> time_s,
                               double threshold);

/// How two lists of moments fit.
struct TapMatch {
  ClockMap clock;
  std::size_t matched = 0;    ///< pairs within kTapTolerance
  std::size_t runner_up = 0;  ///< pairs at the best other offset (20 ms or more away)
  double residual_s = 0.0;    ///< root mean square of the pairs
  bool drift_known = false;   ///< taps are 60 s or more apart
};

inline constexpr double kTapToleranceS = 0.012;

/// Finds offset and drift between taps as the log and as the recording has them; either may have
/// further moments that the other has not (speech jumps too).
/// @param guess  clock to start from; offsets within +-max_offset_s of it are tried,
/// and drifts within +-300 ppm
/// @throws core::InputError  if fewer than three taps agree, or another offset fits nearly as well
TapMatch match_taps(std::span<const double> log_s, std::span<const double> recording_s,
                    const ClockMap& guess, double max_offset_s);

}  // namespace imu
