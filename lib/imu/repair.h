/// Faults of inertial logs: gaps, duplicates, jitter, values that are not numbers.
#pragma once

#include <cstddef>
#include <vector>

#include "imu/sensor_model.h"

namespace imu {

/// Longest gap that is filled by straight lines. A hand turns at up to 10 rad/s and changes its
/// speed within a quarter of a second. Over 0.1 s the line therefore has an error of a few degrees
/// at most; over a longer gap the error is unknown.
inline constexpr double kMaxGapS = 0.1;

/// Faults that were found, and repairs that were made.
struct RepairReport {
  std::size_t samples = 0;       ///< rows read
  std::size_t duplicates = 0;    ///< rows with the time of the row before; they are left out
  std::size_t not_finite = 0;    ///< rows whose gyroscope or accelerometer is not finite
  std::size_t interpolated = 0;  ///< samples that were added in short gaps
  std::size_t gaps = 0;          ///< longer gaps, each of which ends a run
  double longest_gap_s = 0.0;
  double step_s = 0.0;    ///< median time between samples
  double jitter_s = 0.0;  ///< median absolute deviation of the time between samples
};

/// Runs of samples without gaps, in their order.
struct Repaired {
  std::vector<Samples> runs;
  RepairReport report;
};

/// Repairs a log. Rows that are not finite count as missing. Magnetometer rows that are not finite
/// become zero (not measured). Short gaps are filled linearly at the median step; a longer gap ends
/// a run.
/// @param max_gap_s  longest time between two good samples that is filled
/// @throws core::InputError  if time goes backward or is not finite, if more than a tenth of the
///                           rows are duplicates (the times are then those of packets), if fewer
///                           than two samples are good, or if columns have different lengths
Repaired repair(const Samples& samples, double max_gap_s = kMaxGapS);

}  // namespace imu
