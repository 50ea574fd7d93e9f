#include "commands/run.h"

#include "core/errors.h"
#include "core/files.h"

namespace commands {

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
