/// Reading measured responses from SOFA files (AES69).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "array/responses.h"

namespace formats {

/// Reads responses over source directions: the conventions SimpleFreeFieldHRIR, GeneralFIR and
/// others of DataType FIR (Data.IR [M, R, N]); SimpleFreeFieldHRTF, GeneralTF and others of DataType
/// TF (Data.Real and Data.Imag [M, R, N] at the frequencies N). Any number of receivers is read. Transfer functions
/// become impulse responses (array::impulse_responses). The result's notes say what was assumed.
/// @throws core::InputError  for missing or wrong data, and for conventions that are not those of
///                           an array (sofa_conventions.h)
array::Responses read_sofa(const std::filesystem::path& path);

/// What csl-check says about a SOFA file.
struct SofaSummary {
  bool ours = false;    ///< whether a tool of this toolchain wrote the file
  std::string content;  ///< convention, sizes, sample rate, and who wrote the file
};

/// Reads every value of a SOFA file once. @return  none if the file is no SOFA file
/// @throws core::InputError  if the file is damaged
std::optional<SofaSummary> summarize_sofa(const std::filesystem::path& path);

}  // namespace formats
