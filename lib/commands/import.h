/// csl-import: recordings of a device and their orientation or inertial logs become sessions.
#pragma once

#include "commands/import_options.h"
#include "ingest/import_report.h"

namespace commands {

/// Reads all recordings, and writes options.out and the report.
/// @throws core::UsageError, core::InputError, core::IoError
ingest::ImportReport import_recordings(const ImportOptions& options);

/// The same; a summary goes to standard output.
void import_and_print(const ImportOptions& options);

}  // namespace commands
