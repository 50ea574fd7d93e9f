#include "evaluate/provenance.h"

namespace evaluate {

nlohmann::json training_step(const core::Provenance& provenance) {
  for (const nlohmann::json& step : provenance.history) {
    if (step.is_object() && step.value("tool", "") == "csl-train") return step;
  }
  return nullptr;
}

std::optional<std::uint64_t> training_seed(const core::Provenance& provenance) {
  const nlohmann::json step = training_step(provenance);
  if (!step.contains("seed") || !step["seed"].is_number_unsigned()) return std::nullopt;
  return step["seed"].get<std::uint64_t>();
}

doa::WindowPlace window_place(const core::Provenance& provenance) {
  const nlohmann::json& options = provenance.options;
  const auto causal = options.find("causal");
  const bool is_causal = causal != options.end() && causal->is_boolean() && causal->get<bool>();
  return is_causal ? doa::WindowPlace::kCausal : doa::WindowPlace::kCentered;
}

}  // namespace evaluate
