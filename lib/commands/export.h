/// csl-export: a calibrated model's responses and positions for other programs.
#pragma once

#include <filesystem>
#include <string>

#include "commands/common.h"

namespace commands {

/// At least one of sofa, json, svg, uncertainty, compare.
struct ExportOptions {
  CommonOptions common;
  std::filesystem::path model;
  std::filesystem::path sofa;  ///< responses, AES69 GeneralFIR
  std::filesystem::path json;  ///< effective positions, as `csl-simulate --array` reads them
  std::filesystem::path svg;   ///< positions with uncertainty, magnitude and phase over direction
  std::filesystem::path uncertainty;  ///< CSV: deviation over direction and frequency
  std::string compare;  ///< known array, as --array; the agreement goes to standard output as CSV
  std::size_t directions = 1000;  ///< of the SOFA file
  std::size_t samples = 256;      ///< of each of its impulse responses
  double figure_hz = 3000.0;      ///< frequency of the picture
};

/// @throws core::UsageError, core::IoError; core::InputError if the model has no responses
void export_model(const ExportOptions& options);

}  // namespace commands
