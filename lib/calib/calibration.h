/// An array's own responses, learned from its recordings.
#pragma once

#include <complex>
#include <cstddef>
#include <span>

#include "calib/correction.h"
#include "calib/effective_array.h"
#include "calib/likelihood.h"
#include "calib/uncertainty.h"

namespace calib {

/// Everything that a calibration found. A signature is what the microphones hear of a far source,
/// up to one complex factor common to all microphones.
struct Calibration {
  EffectiveArray array;
  Correction correction;
  MatchLikelihood likelihood;
  Uncertainty uncertainty;  ///< empty in models of older versions

  /// Signature h[microphone] of one direction. @param h  [microphones]
  void signature(double frequency_hz, const Eigen::Vector3d& direction_sensor,
                 std::span<std::complex<double>> h) const;
};

/// 1 - |<h, y>|^2 / |h|^2 of a unit bin y, in [0, 1]: the share of its energy that the signature
/// does not explain.
double mismatch(std::span<const std::complex<double>> h, const std::complex<float>* y);

/// Agreement of two signatures, |<g, h>| / (|g| |h|), in [0, 1]: 1 means equal up to one complex
/// factor, which is all that can be known.
double agreement(std::span<const std::complex<double>> g, std::span<const std::complex<double>> h);

}  // namespace calib
