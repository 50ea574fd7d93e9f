/// Reading measured responses from SOFA files (AES69).
#pragma once

#include <filesystem>

#include "array/responses.h"

namespace formats {

/// Reads a file whose convention has impulse responses over source directions: SimpleFreeFieldHRIR,
/// GeneralFIR and others with Data.IR [M, R, N], Data.SamplingRate and SourcePosition [M, 3]. Any
/// number of receivers is read.
/// @throws core::InputError  for missing or wrong data, and for other conventions
array::Responses read_sofa(const std::filesystem::path& path);

}  // namespace formats
