/// Time offset and drift between audio and orientation, by the agreement of an existing model.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace csl {

/// What a model says of one interval: for each frame the sum of its bins' directions (sensor frame,
/// times confidence). Within the interval the source stands still in the world.
struct AlignmentInterval {
  std::vector<double> time_s;                  ///< [frames], recording time
  std::vector<Eigen::Vector3d> summed_sensor;  ///< [frames]
  double summed_norm = 0.0;                    ///< sum of |r| over all bins
};

/// Orientation R_world_sensor at a time of the log; false where the log has none.
using OrientationAt = std::function<bool(double log_s, Eigen::Matrix3d& R_world_sensor)>;

struct AlignmentOptions {
  double guess_offset_s = 0.0;
  double max_offset_s = 2.0;  ///< offsets within +- this of the guess are tried
  double max_drift = 3e-4;    ///< drifts within +- this
};

struct Alignment {
  double offset_s = 0.0;  ///< recording time = offset + (1 + drift) * log time
  double drift = 0.0;
  double agreement = 0.0;           ///< mean resultant length over intervals at the optimum, [0, 1]
  double ordinary_agreement = 0.0;  ///< median over all offsets tried
  double standard_error_s =
      0.0;  ///< of the offset at the recording's middle, by jack-knife over intervals
  bool drift_known = false;                             ///< the intervals span enough time to tell
  bool flat = false;                                    ///< no clear optimum: do not trust it
  std::vector<double> curve_offset_s, curve_agreement;  ///< the coarse search, for a picture
};

/// Maximises A(offset, drift) = sum over intervals |sum_f R(t_f) s_f| / sum of norms: if clocks are
/// right, all frames of an interval agree on one direction in the world, with whatever the model
/// says of it. This is the centroid's length inside the sub-contrastive loss (paper.txt, eq. 5 and
/// 6).
/// @throws core::InputError  if no interval lasts over three frames that the orientation covers
Alignment align(std::span<const AlignmentInterval> intervals, const OrientationAt& orientation,
                const AlignmentOptions& options);

}  // namespace csl
