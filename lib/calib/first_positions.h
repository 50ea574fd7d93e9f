/// Effective positions from nothing: a search over the ball, then finer and finer in frequency.
#pragma once

#include <cstddef>

#include "calib/effective_array.h"
#include "calib/observations.h"
#include "core/parallel.h"

namespace calib {

/// Number of usable bins (positive weight, frequency above 0 Hz) that a calibration needs.
inline constexpr std::size_t kFewestCalibrationBins = 200;

struct FirstPositionOptions {
  double reach_m = 1.0;            ///< no two microphones are farther apart than this
  std::size_t search_bins = 2000;  ///< most bins that the search over the ball uses
  std::size_t pair_bins = 40000;   ///< most bins of each band of the refinement
  double speed_of_sound = core::kSpeedOfSound;
};

/// Positions of every microphone against microphone 1.
///
/// The phase of microphone m against 1 is k <p_m - p_1, d> modulo 2 pi. The search maximizes
/// sum_b w_b Re[y_1 conj(y_m) exp(i k_b <p, d_b>)] over a lattice in the ball of radius reach_m, on
/// the lowest frequencies, where half a wavelength is long and no wrap hides in the lattice. Then
/// Gauss-Newton steps on the same sum follow, each round up to a higher frequency, so that the
/// error left by one round is a small part of the next round's wavelength; bins are weighted by
/// exp(kappa (cos e - 1)) of their phase error e, which forgets those that reverberation turned.
/// @throws core::InputError  with fewer than kFewestCalibrationBins usable bins
EffectiveArray find_first_positions(const Observations& data, const FirstPositionOptions& options,
                                    core::ThreadPool& pool);

}  // namespace calib
