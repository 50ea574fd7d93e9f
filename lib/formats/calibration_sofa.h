/// Learned responses as a SOFA file (AES69).
#pragma once

#include <Eigen/Core>
#include <filesystem>
#include <string>

#include "calib/calibration.h"

namespace formats {

/// Convention of a SOFA file of learned responses.
enum class SofaConvention {
  kAuto,                 ///< SimpleFreeFieldHRIR for two microphones on the y axis, else GeneralFIR
  kGeneralFir,           ///< any number of receivers at any places
  kSimpleFreeFieldHrir,  ///< two ears on the y axis: what libmysofa and its users can play
};

/// "auto", "GeneralFIR" or "SimpleFreeFieldHRIR". @throws core::UsageError
SofaConvention sofa_convention(const std::string& name);

/// Texts of the file's attributes, at most kMaxSofaText characters each. Empty: the default.
struct SofaTexts {
  std::string title;
  std::string author;  ///< AuthorContact
  std::string license;
  std::string organization;
  std::string comment;  ///< how the responses were made
};

struct CalibrationSofaOptions {
  double learned_rate_hz = 16000.0;  ///< sample rate of the recordings
  double sample_rate_hz = 16000.0;   ///< sample rate of the file
  std::size_t directions = 1000;     ///< number of directions, a Fibonacci grid over the sphere
  std::size_t samples = 256;         ///< length of a response at the learned rate, a power of two
  SofaConvention convention = SofaConvention::kAuto;
  /// The listener's view and up, sensor frame, of any length. Directions and positions of the file
  /// are in the listener's frame: x along the view, z up.
  Eigen::Vector3d view_sensor = Eigen::Vector3d::UnitX();
  Eigen::Vector3d up_sensor = Eigen::Vector3d::UnitZ();
  SofaTexts texts;
};

/// What was written.
struct CalibrationSofaResult {
  std::string convention;
  std::size_t samples = 0;  ///< length of a response in the file
  std::string note;         ///< what the user should know, empty: nothing
};

/// Writes learned responses: one free-field impulse response for each direction and microphone.
///
/// A signature is known up to a factor that all microphones share, so the file fixes this factor
/// and states how. Delays of plane waves count from the mean microphone position plus half the
/// length of a response. The mean power over the microphones is 1 at every frequency and direction.
/// Only ratios between microphones are properties of the array. Below the lowest learned frequency,
/// responses continue as at that frequency. At another sample rate the responses are resampled:
/// above half the learned rate they are silent. The dates are constant, because the same model must
/// give the same bytes.
///
/// SimpleFreeFieldHRIR has the left ear (+y) first and both ears on the y axis, at half their
/// distance.
/// @throws core::UsageError  if the responses are too short for the array's delays, if the view and
///                           up are no frame, or if the microphones do not suit the convention
/// @throws core::IoError
CalibrationSofaResult write_calibration_sofa(const std::filesystem::path& out,
                                             const calib::Calibration& calibration,
                                             const CalibrationSofaOptions& options);

}  // namespace formats
