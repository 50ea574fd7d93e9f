/// Options that every tool has, and helpers that several tools use.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/log.h"
#include "core/provenance.h"

namespace commands {

/// Options of every tool. Only the seed changes the bytes of an output.
struct CommonOptions {
  std::uint64_t seed = 0;
  int threads = 0;                  ///< number of threads; 0: all that this process may use
  std::string log_format = "text";  ///< format of messages on stderr, "text" or "jsonl"
  std::filesystem::path log_file;   ///< file that gets every message; empty: none
  bool quiet = false;               ///< only warnings and errors
  bool verbose = false;             ///< also details
  std::filesystem::path config;     ///< file that options were read from; empty: none
};

/// Checks the common options and sets how messages look. OutputPlan::check() opens the log file.
/// @throws core::UsageError
void configure_messages(const std::string& program, const CommonOptions& options);

/// Reads a number of bytes such as "4G" or "512M" (powers of 1024).
/// @param option  name of the option, for the message
/// @throws core::UsageError
std::size_t parse_bytes(const std::string& option, const std::string& text);

/// Names without folders: provenance must not depend on where files are.
std::vector<std::string> file_names(const std::vector<std::filesystem::path>& paths);

/// A size as text, such as "1.2 GiB" or "340 KiB".
std::string format_bytes(double bytes);

/// Writes the message that each tool ends with: the output's name, its content and its size.
void report_output(const std::filesystem::path& out, const std::string& content);

}  // namespace commands
