/// Time offset and drift between audio and orientation, by the agreement of an existing model.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace align {

/// What a model says of one interval, frame by frame. Within it the source stands still in the
/// world.
struct IntervalPredictions {
  std::vector<double> time_s;                  ///< [frames], recording time
  std::vector<Eigen::Vector3d> summed_sensor;  ///< [frames], sum of all r of the frame
  double summed_norm = 0.0;                    ///< sum of |r| over all bins
  /// Bins that the fine search looks at: directions times confidence in the sensor frame, and their
  /// frames.
  std::vector<Eigen::Vector3d> r_sensor;  ///< [bins]
  std::vector<std::uint32_t> frame;       ///< [bins], index into time_s
};

/// Orientation R_world_sensor at a time of the log; false where the log has none.
using OrientationAt = std::function<bool(double log_s, Eigen::Matrix3d& R_world_sensor)>;

struct AlignmentOptions {
  double guess_offset_s = 0.0;
  double max_offset_s = 2.0;  ///< offsets within +- this of the guess are tried
  double max_drift = 3e-4;    ///< drifts within +- this
  /// Expected size of a drift between two quartz clocks: a drift that the data hardly show is drawn
  /// towards zero by it.
  double usual_drift = 3e-5;
};

struct Alignment {
  double offset_s = 0.0;  ///< recording time = offset + (1 + drift) * log time
  double drift = 0.0;
  double agreement = 0.0;           ///< mean resultant length over intervals at the optimum, [0, 1]
  double ordinary_agreement = 0.0;  ///< median over all offsets tried
  /// By jack-knife over the intervals: of the offset at the recording's middle, and of the drift
  /// before it was drawn to zero.
  double standard_error_s = 0.0;
  double drift_standard_error = 0.0;
  bool drift_known = false;                             ///< the intervals span enough time to tell
  bool flat = false;                                    ///< no clear optimum: do not trust it
  std::vector<double> curve_offset_s, curve_agreement;  ///< the coarse search, for a picture
};

/// If clocks are right, all bins of an interval agree on one direction in the world, with whatever
/// the model says of it. Coarse, without drift: maximizes sum over intervals |sum_f R(t_f) s_f|,
/// the centroid's length inside the sub-contrastive loss (paper.txt, eq. 5 and 6). Fine: maximizes
/// the norm near each interval's mode, max over g of sum_b |r_b| exp(50 (cos angle(R r_b, g) - 1)).
/// Reverberation drags centroids, modes less: docs/evidence/experiments.md, "Sensors as they are", has what
/// was measured.
/// @throws core::InputError  if no interval lasts over three frames that the orientation covers, or
///                           bins and their frames do not fit
Alignment align(std::span<const IntervalPredictions> intervals, const OrientationAt& orientation,
                const AlignmentOptions& options);

}  // namespace align
