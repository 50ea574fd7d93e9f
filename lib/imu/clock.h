/// The clock of an inertial or orientation log, and the clock of the recording.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace imu {

/// recording time = offset + (1 + drift) log time. The recording's time 0 is its first sample.
struct ClockMap {
  double offset_s = 0.0;
  double drift = 0.0;  ///< relative; 5e-5: the log's clock is 50 ppm slow

  double to_recording(double log_s) const { return offset_s + (1.0 + drift) * log_s; }
  double to_log(double recording_s) const { return (recording_s - offset_s) / (1.0 + drift); }
};

/// Times at which a signal jumps. A jump is a value above `threshold` times the median of the
/// largest values of all 0.25 s blocks. Of several such values within 0.1 s the largest counts.
/// @param value  not negative, such as the change of the acceleration or a rise in level, [n]
/// @return       times in s, increasing
std::vector<double> find_jumps(std::span<const double> value, std::span<const double> time_s,
                               double threshold);

/// Match of the taps in a log with the taps in a recording.
struct TapMatch {
  ClockMap clock;
  std::size_t matched = 0;    ///< number of pairs within kTapToleranceS
  std::size_t runner_up = 0;  ///< number of pairs at the best offset at least 44 ms away
  double residual_s = 0.0;    ///< root mean square of the pairs' time differences
  bool drift_known = false;   ///< whether the taps are 60 s or more apart
};

/// Largest time difference of a pair.
inline constexpr double kTapToleranceS = 0.012;

/// Finds the offset and the drift between the taps in the log and in the recording. Both lists may
/// have further times that the other list does not have, because speech jumps too.
/// @param guess  clock from which the search starts: it covers offsets within +-max_offset_s and
///               drifts within +-300 ppm of the guess
/// @throws core::InputError  if fewer than three taps agree, or if another offset fits nearly as
///                           well
TapMatch match_taps(std::span<const double> log_s, std::span<const double> recording_s,
                    const ClockMap& guess, double max_offset_s);

}  // namespace imu
