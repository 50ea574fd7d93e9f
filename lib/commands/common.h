/// What every tool has: seed, threads, messages; and values that several tools read the same way.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/log.h"
#include "core/provenance.h"

namespace commands {

/// Options of every tool. None of them but the seed changes a byte of any output.
struct CommonOptions {
  std::uint64_t seed = 0;
  int threads = 0;  ///< 0: all that this process may use
  std::string log_format = "text";
  std::filesystem::path log_file;
  bool quiet = false;
  bool verbose = false;
};

/// Sets up messages. @throws core::UsageError, core::IoError
void configure_messages(const std::string& program, const CommonOptions& options);

/// A number of bytes such as "4G", "512M" (powers of 1024). @throws core::UsageError
std::size_t parse_bytes(const std::string& option, const std::string& text);

/// Names without folders, so that provenance does not change with where files lie.
std::vector<std::string> file_names(const std::vector<std::filesystem::path>& paths);

/// @throws core::UsageError unless the output is named, no input is overwritten, and its folder
/// exists
void check_output(const std::filesystem::path& out,
                  const std::vector<std::filesystem::path>& inputs);

/// "1.2 GiB", "340 KiB".
std::string format_bytes(double bytes);

/// The one line each tool ends with: what was written, how large, and what was in it.
void report_output(const std::filesystem::path& out, const std::string& content);

}  // namespace commands
