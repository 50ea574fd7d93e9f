#include "core/log.h"

#include <chrono>
#include <fstream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "core/console.h"
#include "core/errors.h"
#include "core/json_text.h"
#include "core/status_line.h"

namespace core {
namespace {

struct LogState {
  LogOptions options;
  std::unique_ptr<std::ofstream> file;  ///< null: not opened
  std::vector<std::string> waiting;     ///< lines for a file that is not opened yet
  std::mutex mutex;
};

LogState& state() {
  static LogState instance;
  return instance;
}

std::string as_json(const char* kind, const std::string& message) {
  const auto now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch());
  const nlohmann::json line = {{"time", now.count()},
                               {"program", state().options.program},
                               {"kind", kind},
                               {"message", message}};
  return json_text(line);
}

void write_to_file(LogState& log, const std::string& line) {
  if (log.file) {
    if (*log.file << line << std::endl) return;
    log.options.file.clear();
    log.file.reset();
    write_stderr(log.options.program +
                 ": warning: the log file cannot be written any more (disk full?)\n");
  } else if (!log.options.file.empty()) {
    log.waiting.push_back(line);
  }
}

}  // namespace

void configure_log(const LogOptions& options) {
  LogState& log = state();
  const std::lock_guard lock(log.mutex);
  log.options = options;
  log.file.reset();
  log.waiting.clear();
}

const LogOptions& log_options() { return state().options; }

void open_log_file() {
  LogState& log = state();
  const std::lock_guard lock(log.mutex);
  if (log.options.file.empty() || log.file) return;
  auto file = std::make_unique<std::ofstream>(log.options.file, std::ios::app);
  for (const std::string& line : log.waiting) *file << line << '\n';
  if (!file->flush()) {
    throw IoError(fmt::format("{}: cannot write the log", log.options.file.string()));
  }
  log.file = std::move(file);
  log.waiting.clear();
}

void log_message(const char* kind, const std::string& text) {
  const std::string message = printable(text);
  LogState& log = state();
  const std::lock_guard lock(log.mutex);
  write_to_file(log, as_json(kind, message));
  const std::string_view name(kind);
  if (name == "detail" && log.options.level != LogLevel::kVerbose) return;
  if (name == "info" && log.options.level == LogLevel::kQuiet) return;
  erase_status_line();
  if (log.options.format == LogFormat::kJsonLines) {
    write_stderr(as_json(kind, message) + "\n");
  } else {
    write_stderr(fmt::format("{}: {}{}\n", log.options.program,
                             name == "warning" ? "warning: " : "", message));
  }
}

}  // namespace core
