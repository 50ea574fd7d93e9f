/// What csl-train says about a recording before training and about a model after it.
#pragma once

#include <filesystem>

#include "formats/features_file.h"
#include "learn/trainer.h"
#include "so3/motion_spread.h"

namespace commands {

/// Says before training how the recording was turned.
/// @throws core::InputError  if its rotations cannot identify the map
void check_motion(const so3::MotionSpread& spread, const formats::FeaturesReader& first_file);

/// Says after training how far the model can be trusted: how well the two sub-intervals of an
/// interval agree, how many sessions were skipped, and how much of the sphere was heard.
void report_model(const learn::Trainer& trainer, const learn::Model& model,
                  const so3::MotionSpread& spread);

/// Says how certain the reflection decision is.
void report_reflection(const learn::Reflection& reflection);

/// @param model  the file that holds the decision, for the message
/// @throws core::InputError  if the decision is doubtful
void refuse_doubtful(const learn::Reflection& reflection, const std::filesystem::path& model);

}  // namespace commands
