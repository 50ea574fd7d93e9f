/// Decides the reflection of a trained model again, learns its array's responses, or states the
/// speed of sound of its array (`csl-train --model`).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "commands/common.h"
#include "commands/sound_speed.h"

namespace commands {

struct ReviseOptions {
  CommonOptions common;
  std::filesystem::path model;  ///< trained model; not changed
  std::vector<std::string> in;  ///< features files or quoted globs, made with the model's settings
  std::filesystem::path out;    ///< file for the revised model
  std::optional<std::string> reflect;  ///< as TrainStageOptions; not given: the decision is kept
  bool accept_doubtful = false;
  bool calibrate = false;
  SoundSpeedOptions sound_speed;  ///< of the responses that the model has or is given
  std::string memory = "4G";      ///< as TrainStageOptions
  std::filesystem::path spool;    ///< as TrainStageOptions
  bool warn = true;               ///< whether to warn of a reflection that is open or doubtful
};

/// Writes the model with a new reflection decision, with responses, with positions at another speed
/// of sound, or several of these. If the decision turns the sign and the responses are not learned
/// again, they become those of the mirror image. Positions are scaled by the speed of sound: a
/// recording determines the delays between microphones, not the distances.
/// @throws core::UsageError, core::InputError, core::IoError; then no file is written, except that a
///         doubtful decision is an InputError after the model is written, unless it is accepted
void revise_model(const ReviseOptions& options);

}  // namespace commands
