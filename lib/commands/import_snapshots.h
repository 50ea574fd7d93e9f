/// csl-import --snapshots: snapshots of an STFT and their orientation log become features.
#pragma once

#include "commands/import_options.h"

namespace commands {

/// Reads options.snapshots and the log, and writes a features file to options.out.
/// @throws core::UsageError, core::InputError, core::IoError
void import_snapshots(const ImportOptions& options);

}  // namespace commands
