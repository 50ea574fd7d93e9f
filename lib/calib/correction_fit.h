/// Fits a correction to the residual of plane waves: a head's diffraction, unequal microphones.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "calib/calibration.h"
#include "calib/observations.h"
#include "core/parallel.h"

namespace calib {

struct CorrectionOptions {
  double knot_hz = 500.0;          ///< spacing of the knots, Hz
  std::size_t most_bins = 400000;  ///< most bins that are used, spread evenly over all bins
  /// Orders and ridges that are tried on held-out directions. "No correction" is always tried.
  std::vector<std::size_t> orders = {0, 1, 2, 3, 4, 6, 8, 10};
  std::vector<double> ridges = {0.1, 0.01, 0.001};  ///< as a share of the bins' weight
  /// Scales of the kernel that suppresses outliers, one iteration each. A bin with mismatch 1 - x
  /// weighs exp(-(1 - x) / scale).
  std::vector<double> scales = {0.5, 0.3, 0.2, 0.2};
  /// Called on the calling thread before each iteration. An exception of this function ends the fit.
  /// Default: nothing is called.
  std::function<void()> between_steps = [] {};
};

/// Result of a fit, with its reliability.
struct CorrectionFit {
  Correction correction;             ///< empty if no correction predicts held-out directions better
  std::array<Correction, 2> halves;  ///< the same, from even and from odd recordings alone
  double ridge = 0.0;
  double held_out_gain = 0.0;        ///< fall of mean log mismatch against plane waves, nats
  double held_out_gain_error = 0.0;  ///< its standard error over cells of directions
};

/// Fits factors c_m(f, d) such that y_m = alpha c_m(f, d) a_m(f, d) + residual. alpha is an unknown
/// complex number of each bin, a_m the plane wave.
///
/// Two steps alternate. The first sets alpha = <h, y> / |h|^2 with the current signature h. The
/// second is a weighted ridge regression of conj(a_m) y_m on the harmonics of d for each knot, for
/// all microphones at once; the ridge pulls the factors towards 1. Together they minimize the
/// rank-one error sum |y - alpha h|^2. The residual is diffuse sound; the kernel suppresses the
/// bins in which diffuse sound dominates.
///
/// Order and ridge are chosen by held-out directions: every sixth cell of the sphere is left out of
/// the fit, and the simplest model is taken whose mismatch there lies within a standard error of the
/// best. A correction must hold between the directions that were heard. Held-out recordings would
/// not show this: where few directions were heard, each with its own reflections, a correction of
/// high order learns the reflections of every direction by heart. No true direction is needed.
CorrectionFit fit_correction(const Observations& data, const EffectiveArray& array,
                             const CorrectionOptions& options, core::ThreadPool& pool);

}  // namespace calib
