#include "commands/model_doubt.h"

#include "core/log.h"

namespace commands {

void warn_of_doubt(const formats::LoadedModel& loaded, const std::filesystem::path& path) {
  const std::string doubt = loaded.model.reflection.doubt();
  if (doubt.empty()) return;
  core::log_warning("{}: {}; decide with csl-train --model {} --reflect RULE", path.string(), doubt,
                    path.string());
}

}  // namespace commands
