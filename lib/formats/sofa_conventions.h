/// The conventions of SOFA files (AES69): which ones are arrays of far sources, and what to do with
/// the others.
#pragma once

#include <span>
#include <string>

#include "io/hdf5_reader.h"

namespace formats {

/// A convention that is refused, and what to do instead.
struct RefusedSofaConvention {
  const char* name;
  const char* advice;
};
std::span<const RefusedSofaConvention> refused_sofa_conventions();

/// Conventions that are read, each with the examples of the tests.
std::span<const char* const> read_sofa_conventions();

/// What the data of a file are.
enum class SofaData { kFir, kTransfer };

/// Checks the file's Conventions, SOFAConventions, DataType and number of emitters. A convention
/// that is not known is read if its DataType is FIR or TF.
/// @throws core::InputError  names the convention and says what to do
SofaData check_sofa_convention(const io::Hdf5Reader& file);

}  // namespace formats
