#include "stage/run.h"

#include "core/errors.h"

namespace stage {

int run_tool(const std::string& program, const CommonOptions& common,
             const std::function<void()>& body) {
  return core::run_guarded(program, [&] {
    configure_messages(program, common);
    body();
  });
}

}  // namespace stage
