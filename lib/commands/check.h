/// csl-check: verifies files of the toolchain.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "commands/common.h"

namespace commands {

struct CheckOptions {
  CommonOptions common;
  std::vector<std::string> files;  ///< names and globs
};

/// Result of the verification of one file.
struct Verdict {
  bool valid = false;
  std::string format;   ///< such as "features"; empty if not known
  std::string summary;  ///< the verdict in words, such as "sound features" or "not sound"
  std::string detail;  ///< the first fault and its place; for a valid file a summary of its content
};

/// Verifies the digest of all bytes, then every value that a reader would use. A SOFA file has no
/// digest: every value is read, and the detail says whether --array takes the file.
Verdict check_file(const std::filesystem::path& path);

/// Writes one line for each file to standard output: file, verdict, detail.
/// @throws core::InputError if a file is not valid, after all files have been checked
/// @throws core::UsageError, core::IoError
void check(const CheckOptions& options);

}  // namespace commands
