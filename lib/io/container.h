/// The signed header that all of our files share.
#pragma once

#include <filesystem>
#include <string>

#include "core/provenance.h"
#include "io/hdf5_reader.h"

namespace io {

/// Opens one of our files and checks that it is complete and of the expected kind.
/// @param format       "sessions", "features", "model" or "estimates"
/// @param max_version  newest format version this program reads
/// @throws core::InputError  another kind, a newer version, incomplete, or not one of our files
Hdf5Reader open_container(const std::filesystem::path& path, const std::string& format,
                          int max_version);

/// How the file was made, from its root attributes. @throws core::InputError if they are damaged
core::Provenance read_provenance(const Hdf5Reader& file);

/// The format named in the file's root attributes, "" if it is not one of ours.
std::string container_format(const Hdf5Reader& file);

/// The digest a file was signed with, as its first bytes say: which content this is, without
/// reading it. @throws core::InputError if the file is not signed
std::string stored_digest(const std::filesystem::path& path);

/// Compares the file with the digest it was signed with. @throws core::InputError on any difference
void check_digest(const std::filesystem::path& path);

}  // namespace io
