/// From csl-train's options to the learner's.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "csl/train_options.h"
#include "stage/train.h"

namespace stage {

/// The preset with what the user changed. @throws core::UsageError
csl::TrainOptions resolve_training(const TrainStageOptions& options);

/// What decides the result, for provenance and checkpoints.
nlohmann::json training_json(const csl::TrainOptions& train, const std::string& reflect);

}  // namespace stage
