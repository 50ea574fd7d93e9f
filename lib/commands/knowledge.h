/// What csl-infer computes directions with: a model, or an array that is known.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "commands/infer.h"
#include "commands/known_array.h"
#include "formats/model_file.h"
#include "localize/window_estimator.h"

namespace commands {

/// One of `model` and `array` is there.
struct Knowledge {
  std::optional<formats::LoadedModel> model;
  std::optional<NamedArray> array;
  std::string name;  ///< file or name of the model or the array, for messages

  std::size_t microphones() const {
    return model ? model->model.recipe.microphones : array->microphones();
  }
};

/// Checks that the options name a model or an array, and that the estimator works with it.
/// @throws core::UsageError
void check_knowledge(const InferOptions& options);

/// Reads the model or the array. Warns of a model whose reflection is doubtful.
/// @throws core::UsageError, core::InputError
Knowledge load_knowledge(const InferOptions& options);

/// Settings of features that are made from audio: the model's, or the defaults at 16 kHz, with the
/// frequencies that --band asks for. @throws core::UsageError
session::FeatureSettings feature_settings(const Knowledge& knowledge,
                                          const KnownArrayOptions& options);

/// Completes the estimator's setup: the model's responses, or the known array, which is logged.
/// @param kept      microphones of the array that are used, counted from 0; empty: all
/// @param settings  of the features
void set_knowledge(const InferOptions& options, const Knowledge& knowledge,
                   const std::vector<std::size_t>& kept, const session::FeatureSettings& settings,
                   localize::EstimatorSetup& setup);

/// The part of it for a known array that is not logged.
void set_array(const NamedArray& array, const KnownArrayOptions& options,
               const session::FeatureSettings& settings, localize::EstimatorSetup& setup);
/// The part of it for a model.
void set_model(const formats::LoadedModel& model, localize::EstimatorSetup& setup);

}  // namespace commands
