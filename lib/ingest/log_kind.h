/// Which of orientations and inertial samples a log holds.
#pragma once

#include <filesystem>

#include "ingest/options.h"

namespace ingest {

struct LogKind {
  bool orientations = false;
  bool inertial = false;  ///< of one sensor or several
};

/// Decides by the names of the columns; without names, by their number.
/// @param options  may name columns and a body
/// @throws core::InputError  if the log holds neither
LogKind log_kind(const std::filesystem::path& path, const LogOptions& options);

}  // namespace ingest
