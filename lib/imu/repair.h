/// Faults of inertial logs: gaps, duplicates, jitter, values that are not numbers.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "imu/sensor_model.h"

namespace imu {

/// Gaps up to this are filled by straight lines. A hand turns at up to 10 rad/s and changes that
/// within a quarter of a second: over 0.1 s the line is wrong by some degrees at most; beyond,
/// nothing is known.
inline constexpr double kMaxGapS = 0.1;

/// What was found and done.
struct RepairReport {
  std::size_t samples = 0;       ///< rows read
  std::size_t duplicates = 0;    ///< rows with the time of the row before, left out
  std::size_t not_finite = 0;    ///< rows with a gyroscope or accelerometer value that is no number
  std::size_t interpolated = 0;  ///< samples put into short gaps
  std::size_t gaps = 0;          ///< longer ones, which end a run
  double longest_gap_s = 0.0;
  double step_s = 0.0;    ///< median time between samples
  double jitter_s = 0.0;  ///< median absolute deviation from it
};

/// Runs of samples without gaps, in order.
struct Repaired {
  std::vector<Samples> runs;
  RepairReport report;
};

/// Rows that are not finite count as missing. Magnetometer rows that are not finite become zero
/// ("not measured"). Short gaps are filled linearly at the median step, longer ones end a run.
/// @param max_gap_s  longest time between two good samples that is filled
/// @throws core::InputError  if time goes backward or is not finite, more than a tenth of the rows
/// are duplicates (bursts: the stamps are those of packets), fewer than two good samples, columns
/// of different lengths
Repaired repair(const Samples& samples, double max_gap_s = kMaxGapS);

/// Whether units and axes can be right.
struct PlausibilityReport {
  double gravity_m_s2 = 0.0;  ///< median length of the accelerations
  /// Gyroscope against accelerometer: over windows of three seconds, length of the mean
  /// acceleration in the frame that the gyroscope keeps still, over the mean length; median over
  /// the windows that turn by more than 60 degrees. Near 1 if both tell of the same motion; 1 if
  /// nothing turns.
  double consistency = 1.0;
  std::size_t windows = 0;  ///< that turn
  std::string suspicion;    ///< a reading that would fit better, for people; empty: none
};

/// Compares the readings as they are with the usual mistakes: degrees for radians, a flipped sign,
/// swapped axes.
/// @param samples  one run without gaps
PlausibilityReport check_plausibility(const Samples& samples);

}  // namespace imu
