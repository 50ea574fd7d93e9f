/// Positions and source directions adjusted together, as in a bundle adjustment.
#pragma once

#include <vector>

#include "calib/effective_array.h"
#include "calib/observations.h"
#include "core/parallel.h"

namespace calib {

struct AdjustmentOptions {
  /// Scales of the kernel that suppresses outliers, one round each, falling. A bin has coherence
  /// x = |sum of conj(a_m) u_m| / M with the model and weighs exp(-(1 - x) / scale).
  std::vector<double> scales = {0.4, 0.2, 0.1, 0.05};
  int steps = 3;  ///< Gauss-Newton steps in each round
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
/// The unknowns are P_m = (p_m, o_m) of each microphone, one direction g for each recording and one
/// phase for each bin. u_m is the phasor of microphone m, a_m the model's phasor, and psi the phase
/// of sum conj(a_m) u_m. The errors e_m = sin(arg(u_m conj(a_m)) - psi) are linearized:
///     e_m = k <dP_m, (d, 1)> + k <p_m, R^T B dg>,   B: two tangents at g.
/// The normal equations of each recording's two unknowns are eliminated (Schur complement), so that
/// labels and positions converge together. The labels only start the descent; they are not data.
/// Last, move_to_reference() takes out most of what reverberation did to the positions.
/// The covariance is that of position_covariance().
/// @param data   the directions of its recordings are changed
/// @param array  start and result, with covariance
AdjustmentReport adjust(Observations& data, EffectiveArray& array, const AdjustmentOptions& options,
                        core::ThreadPool& pool);

}  // namespace calib
