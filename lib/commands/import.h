/// csl-import: recordings of a device and their orientation or inertial logs become sessions.
#pragma once

#include "commands/import_options.h"

namespace commands {

/// Reads all recordings, writes options.out and the report, and prints a summary.
/// @throws core::UsageError, core::InputError, core::IoError
void import_recordings(const ImportOptions& options);

}  // namespace commands
