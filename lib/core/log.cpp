#include "core/log.h"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/errors.h"
#include "core/progress.h"

namespace core {
namespace {

struct LogState {
  LogOptions options;
  std::unique_ptr<std::ofstream> file;
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
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void configure_log(const LogOptions& options) {
  state().options = options;
  state().file.reset();
  if (options.file.empty()) return;
  state().file = std::make_unique<std::ofstream>(options.file, std::ios::app);
  if (!*state().file) throw IoError(fmt::format("{}: cannot write the log", options.file.string()));
}

const LogOptions& log_options() { return state().options; }

void log_message(const char* kind, const std::string& message) {
  LogState& log = state();
  const std::lock_guard lock(log.mutex);
  if (log.file) *log.file << as_json(kind, message) << std::endl;
  const std::string_view name(kind);
  if (name == "detail" && log.options.level != LogLevel::kVerbose) return;
  if (name == "info" && log.options.level == LogLevel::kQuiet) return;
  Progress::erase_line();
  if (log.options.format == LogFormat::kJsonLines) {
    fmt::print(stderr, "{}\n", as_json(kind, message));
  } else {
    fmt::print(stderr, "{}: {}{}\n", log.options.program, name == "warning" ? "warning: " : "",
               message);
  }
}

}  // namespace core
