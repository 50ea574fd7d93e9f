/// Messages on stderr (and in a log file), each with the program's name: scripts mix many programs.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <string>

namespace core {

enum class LogLevel { kQuiet, kNormal, kVerbose };
enum class LogFormat { kText, kJsonLines };

struct LogOptions {
  std::string program = "csl";
  LogLevel level = LogLevel::kNormal;
  LogFormat format = LogFormat::kText;
  std::filesystem::path file;  ///< also write here (always JSON lines); empty: stderr only
};

/// Sets how messages look; called once by a tool before any work. @throws IoError
void configure_log(const LogOptions& options);
const LogOptions& log_options();

/// `kind` is "info", "warning" or "detail"; details are shown with -v only, warnings always.
void log_message(const char* kind, const std::string& message);

template <typename... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
  log_message("info", fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void log_warning(fmt::format_string<Args...> format, Args&&... args) {
  log_message("warning", fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void log_detail(fmt::format_string<Args...> format, Args&&... args) {
  log_message("detail", fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace core
