/// The responses in model.h5, which `csl-train --calibrate` adds.
#pragma once

#include <optional>

#include "calib/calibration.h"
#include "io/hdf5_reader.h"
#include "io/hdf5_writer.h"

namespace formats {

/// Writes the datasets below /response.
void write_response(io::Hdf5Writer& writer, const calib::Calibration& calibration);

/// Reads the responses; nothing if the file has no /response.
/// @throws core::InputError  for sizes that do not fit, values that are not finite, and another
///                           number of microphones
std::optional<calib::Calibration> read_response(const io::Hdf5Reader& file,
                                                std::size_t microphones);

}  // namespace formats
