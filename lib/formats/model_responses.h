/// The responses inside model.h5: what `csl-train --calibrate` adds.
#pragma once

#include <optional>

#include "calib/calibration.h"
#include "io/hdf5_reader.h"
#include "io/hdf5_writer.h"

namespace formats {

/// Datasets under /response; see docs/use/formats.md.
void write_response(io::Hdf5Writer& writer, const calib::Calibration& calibration);

/// Nothing if the file has no /response. @throws core::InputError  on sizes that do not fit, values
/// that are not finite, or another number of microphones
std::optional<calib::Calibration> read_response(const io::Hdf5Reader& file,
                                                std::size_t microphones);

}  // namespace formats
