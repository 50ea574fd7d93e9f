#include "commands/device/step_log.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/errors.h"
#include "core/files.h"
#include "core/json_text.h"
#include "io/container.h"

namespace commands::device {
namespace {

namespace fs = std::filesystem;

std::string mark(const fs::path& file) {
  try {
    return io::stored_digest(file);
  } catch (const core::InputError&) {
    // No file of the toolchain.
    return fmt::format("{} bytes of {}", fs::file_size(file),
                       fs::last_write_time(file).time_since_epoch().count());
  }
}

}  // namespace

StepLog::StepLog(fs::path file) : file_(std::move(file)) {
  if (!fs::is_regular_file(file_)) return;
  const nlohmann::json steps =
      nlohmann::json::parse(core::read_text_file(file_), nullptr, /*allow_exceptions=*/false);
  if (!steps.is_object()) return;
  for (const auto& [name, key] : steps.items()) {
    if (key.is_string()) keys_[name] = key.get<std::string>();
  }
}

std::string StepLog::key(const nlohmann::json& options, const std::vector<fs::path>& inputs) {
  nlohmann::json all = {{"version", CSL_VERSION}, {"options", options}};
  for (const fs::path& input : inputs) all["inputs"].push_back(mark(input));
  return core::json_text(all);
}

std::string StepLog::name_of(const fs::path& output) const {
  return output.lexically_relative(file_.parent_path()).generic_string();
}

bool StepLog::done(const std::vector<fs::path>& outputs, const std::string& key) const {
  return std::all_of(outputs.begin(), outputs.end(), [&](const fs::path& output) {
    const auto found = keys_.find(name_of(output));
    return found != keys_.end() && found->second == key && fs::is_regular_file(output);
  });
}

void StepLog::add(const std::vector<fs::path>& outputs, const std::string& key) {
  for (const fs::path& output : outputs) keys_[name_of(output)] = key;
  core::write_text_file(file_, core::json_text(nlohmann::json(keys_), 1) + "\n");
}

}  // namespace commands::device
