/// Learned responses as a SOFA file (AES69).
#pragma once

#include <filesystem>
#include <string>

#include "calib/calibration.h"

namespace formats {

struct CalibrationSofaOptions {
  double sample_rate_hz = 16000.0;
  std::size_t directions = 1000;  ///< of a Fibonacci grid over the whole sphere
  std::size_t samples = 256;      ///< of each impulse response, a power of two
  std::string comment;            ///< how the responses were made
};

/// Convention GeneralFIR: one free-field impulse response a direction and microphone.
///
/// A signature is known up to a factor common to all microphones. The file states the choice made:
/// plane-wave delays count from the mean microphone position plus half the response's length, the
/// mean power over microphones is 1 at every frequency and direction. What is true of the array is
/// the ratio between microphones. Below the lowest frequency that was learned, responses go on as
/// there. The dates are constant, for the same model gives the same bytes.
/// @throws core::UsageError  if the responses do not hold the array's delays; core::IoError
void write_calibration_sofa(const std::filesystem::path& out, const calib::Calibration& calibration,
                            const CalibrationSofaOptions& options);

}  // namespace formats
