#include "commands/run.h"

#include "core/errors.h"

namespace commands {

int run_tool(const std::string& program, const CommonOptions& common,
             const std::function<void()>& body) {
  return core::run_guarded(program, [&] {
    configure_messages(program, common);
    body();
  });
}

}  // namespace commands
