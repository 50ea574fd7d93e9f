/// Time offset and drift between audio and orientation, by the agreement of an existing model.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace align {

/// A model's predictions for one interval, frame by frame. The source does not move in the world
/// within the interval.
struct IntervalPredictions {
  std::vector<double> time_s;                  ///< [frames], recording time
  std::vector<Eigen::Vector3d> summed_sensor;  ///< [frames], sum of all r of the frame
  double summed_norm = 0.0;                    ///< sum of |r| over all bins
  /// Bins for the fine search: directions in the sensor frame times confidence, and their frames.
  std::vector<Eigen::Vector3d> r_sensor;  ///< [bins]
  std::vector<std::uint32_t> frame;       ///< [bins], index into time_s
};

/// Orientation R_world_sensor at a time of the log; false at times without a log.
using OrientationAt = std::function<bool(double log_s, Eigen::Matrix3d& R_world_sensor)>;

struct AlignmentOptions {
  double guess_offset_s = 0.0;  ///< middle of the searched offsets
  double max_offset_s = 2.0;    ///< offsets within +- this value of the guess are searched
  double max_drift = 3e-4;      ///< drifts within +- this value are searched
  /// Usual drift between two quartz clocks, as a standard deviation. It pulls an uncertain drift
  /// towards zero.
  double usual_drift = 3e-5;
};

struct Alignment {
  double offset_s = 0.0;  ///< recording time = offset + (1 + drift) * log time
  double drift = 0.0;
  double agreement = 0.0;           ///< mean resultant length over intervals at the optimum, [0, 1]
  double ordinary_agreement = 0.0;  ///< median over all offsets tried
  /// Standard errors by jack-knife over the intervals: of the offset at the recording's middle, and
  /// of the drift before it was pulled towards zero.
  double standard_error_s = 0.0;
  double drift_standard_error = 0.0;
  bool drift_known = false;  ///< whether the intervals span enough time for a drift
  bool flat = false;         ///< true: there is no clear optimum, and the result is not reliable
  std::vector<double> curve_offset_s, curve_agreement;  ///< coarse search, for a picture
};

/// Finds the offset and drift at which the bins of each interval agree best on one direction in the
/// world.
///
/// Coarse search, without drift: maximizes the sum over intervals of |sum_f R(t_f) s_f|, the length
/// of the centroid before it is normalized (C-SL paper, eq. (5)).
/// Fine search: maximizes the norm near each interval's mode,
///   max over g of  sum_b |r_b| exp(50 (cos angle(R r_b, g) - 1)).
/// Reverberation moves centroids more than modes; docs/evidence/experiments.md, "Sensors as they
/// are", has measurements.
/// @throws core::InputError  if no interval lasts over three frames that the orientation covers, or
///                           bins and their frames do not fit
Alignment align(std::span<const IntervalPredictions> intervals, const OrientationAt& orientation,
                const AlignmentOptions& options);

}  // namespace align
