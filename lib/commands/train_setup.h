/// From csl-train's options to the learner's.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "commands/train.h"
#include "learn/train_options.h"

namespace commands {

/// The preset with what the user changed. @throws core::UsageError
learn::TrainOptions resolve_training(const TrainStageOptions& options);

/// What decides the result, for provenance and checkpoints.
nlohmann::json training_json(const learn::TrainOptions& train, const std::string& reflect);

}  // namespace commands
