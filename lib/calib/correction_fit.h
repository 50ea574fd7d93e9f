/// Fits what plane waves leave over: a head's diffraction, unequal microphones.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "calib/calibration.h"
#include "calib/observations.h"
#include "core/parallel.h"

namespace calib {

struct CorrectionOptions {
  double knot_hz = 500.0;          ///< between knots
  std::size_t most_bins = 400000;  ///< bins that are used, spread over all
  /// Orders and ridges that are tried on held-out recordings; "no correction" always is.
  std::vector<std::size_t> orders = {0, 1, 2, 3, 4, 6, 8, 10};
  std::vector<double> ridges = {0.1, 0.01, 0.001};  ///< as a share of the bins' weight
  /// Scale of the kernel that forgets bins, one iteration each: a bin that misses its signature by
  /// 1 - x weighs exp(-(1 - x) / scale).
  std::vector<double> scales = {0.5, 0.3, 0.2, 0.2};
  /// Called on the calling thread before each iteration. An exception of this function ends the fit.
  /// Default: nothing is called.
  std::function<void()> between_steps = [] {};
};

/// What a fit chose and how sure it is, direction by direction.
struct CorrectionFit {
  Correction correction;             ///< empty where none predicted held-out recordings best
  std::array<Correction, 2> halves;  ///< the same, from even and from odd recordings alone
  double ridge = 0.0;
  double held_out_gain = 0.0;        ///< fall of mean log mismatch against plane waves, nats
  double held_out_gain_error = 0.0;  ///< its standard error over recordings
};

/// Fits factors c_m(f, d) so that y_m = alpha c_m(f, d) a_m(f, d) + rest, alpha one unknown complex
/// number a bin and a_m the plane wave.
///
/// Alternates: alpha = <h, y> / |h|^2 with the signature h so far; then, knot by knot, weighted
/// ridge regression of conj(a_m) y_m on the harmonics of d, all microphones at once, drawn to 1.
/// That is the rank-one fit sum |y - alpha h|^2 of each bin; the rest is what is diffuse, and bins
/// in which it leads are forgotten by the kernel. Order and ridge are those of the simplest model
/// that predicts the mismatch of held-out recordings within a standard error of the best: no truth
/// is asked.
CorrectionFit fit_correction(const Observations& data, const EffectiveArray& array,
                             const CorrectionOptions& options, core::ThreadPool& pool);

}  // namespace calib
