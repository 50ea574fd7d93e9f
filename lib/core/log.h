/// Messages on stderr and in a log file. Each message carries the program's name, because scripts
/// mix the messages of many programs.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <utility>

namespace core {

enum class LogLevel {
  kQuiet,    ///< warnings only
  kNormal,   ///< warnings and information
  kVerbose,  ///< warnings, information and details
};
enum class LogFormat { kText, kJsonLines };

/// How messages look and where they go.
struct LogOptions {
  std::string program = "csl";
  LogLevel level = LogLevel::kNormal;   ///< of stderr; the log file gets every message
  LogFormat format = LogFormat::kText;  ///< of stderr; the log file holds JSON lines
  std::filesystem::path file{};         ///< log file; empty: stderr only
};

/// Sets the options. A tool calls this once, before any message. The log file is not opened yet:
/// messages for it are kept until open_log_file(), because a tool must first check that the log
/// file is none of its inputs.
void configure_log(const LogOptions& options);
const LogOptions& log_options();
/// Sets the name of the program only, for messages before configure_log().
void set_log_program(const std::string& program);

/// Opens the log file, if there is one, and appends the messages so far. @throws IoError
void open_log_file();

/// Writes one message. An error is shown at every level.
/// @param kind  "info", "warning", "detail" or "error"; see LogLevel
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
