/// csl-export: responses and positions of a calibrated model for other programs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "commands/common.h"
#include "commands/sound_speed.h"

namespace commands {

/// Options of csl-export --model. At least one of sofa, json, svg, uncertainty, compare and network
/// is set.
struct ExportOptions {
  CommonOptions common;
  std::filesystem::path model;
  std::filesystem::path sofa;     ///< file for the responses, SOFA (AES69)
  std::filesystem::path json;     ///< file for the effective positions, for `csl-simulate --array`
  std::filesystem::path network;  ///< JSON file for the network, as formats::network_to_json
  std::filesystem::path svg;      ///< picture of positions with uncertainty, magnitude and phase
  std::filesystem::path uncertainty;  ///< CSV file: deviation over direction and frequency
  std::string compare;  ///< known array, as --array; its agreement goes to standard output as CSV
  std::size_t directions = 1000;    ///< number of directions in the SOFA file
  std::size_t samples = 256;        ///< length of each impulse response, at the model's sample rate
  double sofa_rate_hz = 0.0;        ///< sample rate of the SOFA file, Hz; 0: the model's
  std::string convention = "auto";  ///< as formats::sofa_convention
  /// Directions in the sensor frame that are x and z of the SOFA file; empty: +x and +z.
  std::vector<double> view, up;
  std::string title, author, license, organization;  ///< texts of the SOFA file; empty: defaults
  SoundSpeedOptions sound_speed;  ///< that positions are written for; none: the model's
  double figure_hz = 3000.0;      ///< frequency of the picture, Hz
};

/// Writes the files and the comparison. A doubtful mirror image is named in a warning and in the
/// comments of the SOFA and the JSON file.
/// @throws core::InputError  if the model is wrong, or has no responses and they are wanted
/// @throws core::UsageError, core::IoError
void export_model(const ExportOptions& options);

}  // namespace commands
