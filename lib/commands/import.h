/// csl-import: recordings of a device and their orientation or inertial logs become sessions.
#pragma once

#include <string>

#include "commands/import_options.h"

namespace commands {

/// Reads all recordings, and writes options.out and the report.
/// @return  a summary for the terminal
/// @throws core::UsageError, core::InputError, core::IoError
std::string import_recordings(const ImportOptions& options);

/// The same; the summary goes to standard output.
void import_and_print(const ImportOptions& options);

}  // namespace commands
