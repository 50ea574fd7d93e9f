/// What every tool has: seed, threads, messages; and values that several tools read the same way.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/log.h"
#include "core/provenance.h"

namespace stage {

/// Options of every tool. None of them but the seed changes a byte of any output.
struct CommonOptions {
  std::uint64_t seed = 0;
  int threads = 0;  ///< 0: all that this process may use
  std::string log_format = "text";
  std::filesystem::path log_file;
  bool quiet = false;
  bool verbose = false;
};

/// Checks an option. @param message  names it, what was expected and what was found
/// @throws core::UsageError  unless good
void require(bool good, const std::string& message);

/// Sets up messages. @throws core::UsageError, core::IoError
void configure_messages(const std::string& program, const CommonOptions& options);

/// A value `a`, or a range `a:b` from which every session draws uniformly.
struct ValueRange {
  double low = 0.0;
  double high = 0.0;

  bool single() const { return low == high; }
  /// As the option is written: "0.25", "0:0.75".
  std::string text() const;
  /// @param option  named in the message. @throws core::UsageError if it is not a number or range
  static ValueRange parse(const std::string& option, const std::string& text);
};

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

}  // namespace stage
