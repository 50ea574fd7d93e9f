/// Positions and source directions adjusted together, as in a bundle adjustment.
#pragma once

#include <vector>

#include "calib/effective_array.h"
#include "calib/observations.h"
#include "core/parallel.h"

namespace calib {

struct AdjustmentOptions {
  /// Scales of the kernel that forgets bins, one round each, falling: a bin whose phases cohere by
  /// x = |sum of conj(a_m) u_m| / M with the model weighs exp(-(1 - x) / scale).
  std::vector<double> scales = {0.4, 0.2, 0.1, 0.05};
  int steps = 3;  ///< Gauss-Newton steps a round
  /// No source moves by more than this in one step, rad.
  double longest_move_rad = 0.1;
};

struct AdjustmentReport {
  double last_step_m = 0.0;     ///< largest move of a microphone in the last step
  double mean_coherence = 0.0;  ///< weighted mean of x in the last step
  double mean_turn_rad = 0.0;   ///< mean angle between directions before and after
};

/// Fits positions, offsets and every recording's direction to the phases of all bins.
///
/// Unknown are P_m = (p_m, o_m), one direction g a recording and one phase a bin. With u_m the
/// phasor of microphone m, a_m the model's and psi the phase of sum conj(a_m) u_m, the errors
/// e_m = sin(arg(u_m conj(a_m)) - psi) are linearized:
///     e_m = k <dP_m, (d, 1)> + k <p_m, R^T B dg>,   B: two tangents at g,
/// and the normal equations of each recording's two unknowns are eliminated (Schur complement), so
/// that labels and positions converge together. Labels are never trusted: they only start the
/// descent. Covariance: H^-1 (sum over recordings of r r^T) H^-1 with r a recording's share of the
/// gradient; it holds whatever the errors of bins within one recording have in common, such as its
/// room.
/// @param data   its recordings' directions are moved
/// @param array  start and result, with covariance
AdjustmentReport adjust(Observations& data, EffectiveArray& array, const AdjustmentOptions& options,
                        core::ThreadPool& pool);

}  // namespace calib
