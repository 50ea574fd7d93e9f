/// Effective positions without a start: a search over a ball at low frequencies, then refinement at
/// higher and higher frequencies.
#pragma once

#include <cstddef>

#include "calib/effective_array.h"
#include "calib/observations.h"
#include "core/parallel.h"

namespace calib {

/// Number of usable bins (positive weight, frequency above 0 Hz) that a calibration needs.
inline constexpr std::size_t kFewestCalibrationBins = 200;

struct FirstPositionOptions {
  double reach_m = 1.0;            ///< largest distance between two microphones, m
  std::size_t search_bins = 2000;  ///< most bins that the search over the ball uses
  std::size_t pair_bins = 40000;   ///< most bins that each band of the refinement uses
  double speed_of_sound = core::kSpeedOfSound;
};

/// Position of every microphone relative to microphone 1, then centered.
///
/// The phase of microphone m relative to microphone 1 is k <p_m - p_1, d> modulo 2 pi. The search
/// maximizes sum_b w_b Re[y_1 conj(y_m) exp(i k_b <p, d_b>)] over a lattice in the ball of radius
/// reach_m. It uses the lowest frequencies: their wavelength is long compared with the step of the
/// lattice, so no maximum is missed. Gauss-Newton steps on the same sum follow, each round up to a
/// higher frequency. The error that one round leaves is a small part of the next round's
/// wavelength. Bins are weighted by exp(kappa (cos e - 1)) of their phase error e, which suppresses
/// bins whose phase reverberation has changed.
/// @throws core::InputError  if there are fewer than kFewestCalibrationBins usable bins
EffectiveArray find_first_positions(const Observations& data, const FirstPositionOptions& options,
                                    core::ThreadPool& pool);

}  // namespace calib
