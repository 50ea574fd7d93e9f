/// Measured responses from SOFA files (AES69), read with HDF5 directly.
#pragma once

#include <filesystem>

#include "array/responses.h"

namespace formats {

/// Conventions with impulse responses over source directions: SimpleFreeFieldHRIR, GeneralFIR and
/// others that hold Data.IR [M, R, N], Data.SamplingRate and SourcePosition [M, 3]; any number of
/// receivers.
/// @throws core::InputError  missing or odd data, or a convention without impulse responses
array::Responses read_sofa(const std::filesystem::path& path);

}  // namespace formats
