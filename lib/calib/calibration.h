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

/// Result of a calibration. A signature holds the responses of all microphones to a far source, up
/// to one common complex factor.
struct Calibration {
  EffectiveArray array;
  Correction correction;
  MatchLikelihood likelihood;
  Uncertainty uncertainty;  ///< empty in models of older versions

  /// Signature h[microphone] of one direction. @param h  [microphones]
  void signature(double frequency_hz, const Eigen::Vector3d& direction_sensor,
                 std::span<std::complex<double>> h) const;
  /// The responses of the array's mirror image: its signature of d is this one's of -d. Recordings
  /// of both are the same; which of them the array is, is the reflection decision.
  Calibration mirrored() const;
};

/// Mismatch 1 - |<h, y>|^2 / |h|^2 of a unit bin y and a signature h, in [0, 1]: the share of the
/// bin's energy that the signature does not explain.
double mismatch(std::span<const std::complex<double>> h, const std::complex<float>* y);

/// Agreement of two signatures, |<g, h>| / (|g| |h|), in [0, 1]. 1 means equal up to one complex
/// factor; recordings cannot determine this factor.
double agreement(std::span<const std::complex<double>> g, std::span<const std::complex<double>> h);

}  // namespace calib
