#include "core/provenance.h"

#include <algorithm>
#include <utility>

namespace core {
namespace {

void append_once(nlohmann::json& history, const nlohmann::json& step) {
  if (std::find(history.begin(), history.end(), step) == history.end()) history.push_back(step);
}

}  // namespace

Provenance make_provenance(const std::string& tool, nlohmann::json options, std::uint64_t seed) {
  Provenance provenance;
  provenance.tool = tool;
  provenance.tool_version = CSL_VERSION;
  provenance.options = std::move(options);
  provenance.seed = seed;
  return provenance;
}

void append_history(Provenance& provenance, const Provenance& input) {
  for (const nlohmann::json& step : input.history) append_once(provenance.history, step);
  append_once(provenance.history, {{"tool", input.tool},
                                   {"tool_version", input.tool_version},
                                   {"options", input.options},
                                   {"seed", input.seed}});
}

}  // namespace core
