#include "commands/run.h"

#include "core/console.h"
#include "core/errors.h"
#include "core/files.h"

namespace commands {

void prepare_tool() {
  core::end_on_uncaught_exceptions();
  core::prepare_streams();
}

int refuse_options(const std::string& text) {
  core::write_stderr(core::printable(text, /*keep_lines=*/true));
  return kUsageExitCode;
}

int run_tool(const std::string& program, const CommonOptions& common,
             const std::function<void()>& body) {
  return core::run_guarded(program, [&] {
    configure_messages(program, common);
    body();
  });
}

int print_help(const std::string& program, const std::string& text) {
  return core::run_guarded(program, [&] { core::write_stdout(text); });
}

}  // namespace commands
