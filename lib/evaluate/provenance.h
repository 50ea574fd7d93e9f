/// What an estimates file's provenance says about the estimates.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/provenance.h"
#include "doa/window.h"

namespace evaluate {

/// The first step of csl-train in the history, or null.
nlohmann::json training_step(const core::Provenance& provenance);

/// Seed of the training that an estimates file's model came from; nothing for other methods.
std::optional<std::uint64_t> training_seed(const core::Provenance& provenance);

/// Which of its frames each window's estimate is for: the last one if csl-infer ran with --causal.
doa::WindowPlace window_place(const core::Provenance& provenance);

}  // namespace evaluate
