/// The header that all files of the toolchain share: format, version, provenance and digest.
#pragma once

#include <filesystem>
#include <string>

#include "core/provenance.h"
#include "io/hdf5_reader.h"

namespace io {

/// Opens a file of the toolchain and checks that it is complete and has the expected format.
/// @param format       "sessions", "features", "model" or "estimates"
/// @param max_version  newest format version that this program reads
/// @throws core::InputError  for another format, a newer version, an incomplete or a foreign file
Hdf5Reader open_container(const std::filesystem::path& path, const std::string& format,
                          unsigned max_version);

/// Reads how the file was made from its root attributes. @throws core::InputError if they are
/// damaged
core::Provenance read_provenance(const Hdf5Reader& file);

/// The format that the file's root attributes name; "" for a foreign file.
std::string container_format(const Hdf5Reader& file);

/// The digest that the file's first bytes state. It identifies the content without reading all of
/// it. @throws core::InputError if the file has no digest
std::string stored_digest(const std::filesystem::path& path);

/// Digest of all bytes behind the first block: the value that the block holds and that csl-check
/// compares.
std::string file_digest(const std::filesystem::path& path);

/// Compares the file with its stored digest. @throws core::InputError if they differ
void check_digest(const std::filesystem::path& path);

}  // namespace io
