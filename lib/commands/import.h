/// csl-import: recordings of a real device, with its orientation or inertial log, as sessions.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "commands/common.h"
#include "ingest/options.h"

namespace commands {

/// The import's options with those that every tool has.
struct ImportOptions : ingest::Options {
  CommonOptions common;
};

/// @throws core::UsageError, core::InputError, core::IoError
void import_recordings(const ImportOptions& options);

}  // namespace commands
