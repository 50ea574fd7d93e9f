/// Runs one of the tools as a user would and keeps what it said.
#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "temporary_folder.h"

namespace test {

struct Outcome {
  int exit_code = -1;
  std::string output;  ///< stdout
  std::string errors;  ///< stderr
};

/// @param command  for the shell, with `csl-` programs found in the build
inline Outcome run(const std::string& command) {
  const TemporaryFolder folder;
  const std::string whole = "PATH=" CSL_TOOLS ":$PATH; ( " + command + " ) >'" +
                            (folder / "out").string() + "' 2>'" + (folder / "err").string() +
                            "' </dev/null";
  const int status = std::system(whole.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128, file_bytes(folder / "out"),
          file_bytes(folder / "err")};
}

}  // namespace test
