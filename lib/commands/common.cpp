#include "commands/common.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <system_error>

#include "core/errors.h"
#include "core/files.h"
#include "core/parse.h"

namespace commands {

void configure_messages(const std::string& program, const CommonOptions& options) {
  if (options.log_format != "text" && options.log_format != "jsonl") {
    throw core::UsageError(
        fmt::format("--log: expected text or jsonl, found \"{}\"", options.log_format));
  }
  if (options.threads < 0 || options.threads > 1024) {
    throw core::UsageError(
        fmt::format("--threads: expected 1 to 1024, or 0 for all, found {}", options.threads));
  }
  if (options.quiet && options.verbose) throw core::UsageError("-q and -v contradict each other");
  core::LogOptions log;
  log.program = program;
  log.format = options.log_format == "jsonl" ? core::LogFormat::kJsonLines : core::LogFormat::kText;
  log.file = options.log_file;
  if (options.quiet) log.level = core::LogLevel::kQuiet;
  if (options.verbose) log.level = core::LogLevel::kVerbose;
  core::configure_log(log);
}

std::size_t parse_bytes(const std::string& option, const std::string& text) {
  constexpr std::string_view kUnits = "KMGT";
  std::string_view digits(text);
  double factor = 1.0;
  if (!digits.empty()) {
    const std::size_t unit = kUnits.find(digits.back());
    if (unit != std::string_view::npos) {
      factor = std::pow(1024.0, static_cast<double>(unit) + 1.0);
      digits.remove_suffix(1);
    }
  }
  const std::optional<double> value = core::parse_number(digits);
  if (!value || !(*value > 0.0) || *value * factor > 1e18) {
    throw core::UsageError(fmt::format(
        "{}: expected an amount of memory such as 4G or 512M, found \"{}\"", option, text));
  }
  return static_cast<std::size_t>(*value * factor);
}

std::vector<std::string> file_names(const std::vector<std::filesystem::path>& paths) {
  std::vector<std::string> names;
  for (const std::filesystem::path& path : paths) names.push_back(path.filename().string());
  return names;
}

std::string format_bytes(double bytes) {
  constexpr std::array<const char*, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024.0 && unit + 1 < kUnits.size()) {
    bytes /= 1024.0;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", bytes, unit == 0 ? 0 : 1, kUnits[unit]);
}

void report_output(const std::filesystem::path& out, const std::string& content) {
  if (core::is_stream(out)) return;  // it has no size, and its reader sees what came
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(out, error);
  core::log_info("{}: {} ({})", out.string(), content, format_bytes(static_cast<double>(bytes)));
}

}  // namespace commands
