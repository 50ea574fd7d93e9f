/// csl-check: is a file of ours whole and sound?
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "commands/common.h"

namespace commands {

struct CheckOptions {
  CommonOptions common;
  std::vector<std::string> files;
};

/// One file's verdict.
struct Verdict {
  bool sound = false;
  std::string format;  ///< "features", ...; empty if not known
  std::string detail;  ///< what is wrong and where; for a sound file what is in it
};

/// Checks the signature over every byte, then every value that a reader would use.
Verdict check_file(const std::filesystem::path& path);

/// One line a file on standard output: file, verdict, where.
/// @throws core::InputError if any file is not sound, after all have been checked
void check(const CheckOptions& options);

}  // namespace commands
