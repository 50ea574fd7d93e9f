#include <CLI/CLI.hpp>
#include <fstream>

#include "commands/option_text.h"
#include "fuzz_file.h"

CSL_FUZZ_TARGET(".toml", [](const std::filesystem::path& path) {
  // As tools/command_line.cpp reads it: our own checks, then CLI11's parser.
  if (!commands::config_fault(path.string()).empty()) return;
  std::ifstream text(path);
  try {
    CLI::ConfigBase().from_config(text);
  } catch (const CLI::Error&) {
  }
})
