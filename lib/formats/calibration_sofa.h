/// Learned responses as a SOFA file (AES69).
#pragma once

#include <filesystem>
#include <string>

#include "calib/calibration.h"

namespace formats {

struct CalibrationSofaOptions {
  double sample_rate_hz = 16000.0;
  std::size_t directions = 1000;  ///< number of directions, a Fibonacci grid over the sphere
  std::size_t samples = 256;      ///< length of each impulse response, a power of two
  std::string comment;            ///< how the responses were made
};

/// Writes learned responses with the convention GeneralFIR: one free-field impulse response for
/// each direction and microphone.
///
/// A signature is known up to a factor that all microphones share, so the file fixes this factor
/// and states how. Delays of plane waves count from the mean microphone position plus half the
/// length of a response. The mean power over the microphones is 1 at every frequency and direction.
/// Only ratios between microphones are properties of the array. Below the lowest learned frequency,
/// responses continue as at that frequency. The dates are constant, because the same model must
/// give the same bytes.
/// @throws core::UsageError  if the responses are too short for the array's delays
/// @throws core::IoError
void write_calibration_sofa(const std::filesystem::path& out, const calib::Calibration& calibration,
                            const CalibrationSofaOptions& options);

}  // namespace formats
