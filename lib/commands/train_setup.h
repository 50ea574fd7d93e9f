/// Checks of csl-train's options, and the learner's options that follow from them.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "commands/train.h"
#include "learn/reflection_rule.h"
#include "learn/train_options.h"

namespace commands {

/// Options of the preset with the user's changes. @throws core::UsageError
learn::TrainOptions resolve_training(const TrainStageOptions& options);

/// The rule of --reflect, with the file of `recordings:FILE` read: a CSV file with the columns
/// recording and side, such as "kitchen,initial:+x".
/// @throws core::UsageError  for a text that is no rule; core::InputError  for the file
learn::ReflectionOptions resolve_reflection(const std::string& text);

/// Options that decide the result, for provenance and checkpoints.
/// @param reflect  the rule's text
nlohmann::json training_json(const learn::TrainOptions& train, const std::string& reflect);

/// Input files of a training, with globs expanded.
struct TrainFiles {
  std::vector<std::filesystem::path> in;
  std::vector<std::filesystem::path> valid;  ///< may be empty
};

/// Expands the inputs and checks that the model, its picture and the history can be written.
/// @throws core::UsageError  if an output is an input or another output; core::InputError if an
///                           input is missing; core::IoError if a folder is not writable
TrainFiles check_files(const TrainStageOptions& options);

/// Path of the loss curve's picture: `MODEL.loss.svg` beside `MODEL.h5`.
std::filesystem::path loss_curve_path(const std::filesystem::path& model);

}  // namespace commands
