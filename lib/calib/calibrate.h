/// From labeled bins to a calibration.
#pragma once

#include <functional>

#include "calib/adjustment.h"
#include "calib/calibration.h"
#include "calib/correction_fit.h"
#include "calib/first_positions.h"
#include "calib/observations.h"
#include "core/parallel.h"

namespace calib {

struct CalibrateOptions {
  FirstPositionOptions first;
  AdjustmentOptions adjustment;
  CorrectionOptions correction;
  /// Each round fits the correction, then improves the directions. Rounds end when the directions
  /// move by less than enough_turn_rad. An array with a body needs most rounds; an open array needs
  /// none.
  int fewest_rounds = 2;
  int most_rounds = 12;
  double enough_turn_rad = 0.0017;  ///< mean over the recordings, rad; 0.1 degrees
  double band_hz = 400.0;           ///< width of the likelihood's bands, Hz
  /// Called on the calling thread between steps, also between those of the correction. An exception
  /// of this function ends calibrate(). Default: nothing is called.
  std::function<void()> between_steps = [] {};
};

struct CalibrationResult {
  Calibration calibration;
  AdjustmentReport adjustment;
  CorrectionFit correction;
  int rounds = 0;              ///< rounds that were run
  double last_turn_rad = 0.0;  ///< mean move of the directions in the last round
};

/// @param data  the directions of its recordings are improved
/// @throws core::InputError  if there are too few bins
CalibrationResult calibrate(Observations& data, const CalibrateOptions& options,
                            core::ThreadPool& pool);

/// Fits the likelihood to all bins at their recordings' directions; Observations::weight is not
/// used.
MatchLikelihood fit_likelihood(const Observations& data, const Calibration& calibration,
                               double band_hz, core::ThreadPool& pool);

}  // namespace calib
