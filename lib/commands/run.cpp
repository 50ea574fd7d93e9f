#include "commands/run.h"

#include "core/console.h"
#include "core/errors.h"
#include "core/files.h"

namespace commands {

void prepare_tool() {
  core::end_on_uncaught_exceptions();
  core::prepare_streams();
}

int run_tool(const std::string& program, const CommonOptions& common,
             const std::function<void()>& body, const Hint& hint) {
  return core::run_guarded(program, [&] {
    try {
      configure_messages(program, common);
      body();
    } catch (const core::UsageError& error) {
      throw core::UsageError(error.what() + hint(error.what()));
    } catch (const core::InputError& error) {
      throw core::InputError(error.what() + hint(error.what()));
    }
  });
}

int report_usage_error(const std::string& program, bool json_lines, const std::string& message) {
  core::LogOptions log;
  log.format = json_lines ? core::LogFormat::kJsonLines : core::LogFormat::kText;
  core::configure_log(log);
  return core::run_guarded(program, [&] { throw core::UsageError(message); });
}

int print_help(const std::string& program, const std::string& text) {
  return core::run_guarded(program, [&] { core::write_stdout(text); });
}

}  // namespace commands
