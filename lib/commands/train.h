/// csl-train: learns the map from bins to directions without labels.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "commands/common.h"
#include "commands/sound_speed.h"
#include "learn/trainer.h"

namespace commands {

/// Options of csl-train. Options without a value keep the preset's value.
struct TrainStageOptions {
  CommonOptions common;
  std::vector<std::string> in;
  std::vector<std::string> valid;  ///< features of other sessions, for validation
  std::filesystem::path out;
  std::string preset = "fast";  ///< "fast" or "paper"
  std::optional<std::vector<std::size_t>> hidden;
  std::optional<std::string> input;
  std::optional<std::size_t> smooth_bins;  ///< learn::BinSmoothing::neighbors
  std::optional<std::size_t> thin_bins;    ///< learn::BinSmoothing::group
  std::optional<std::string> normalization;
  std::optional<std::string> loss;
  std::optional<std::string> optimizer;
  std::optional<double> learning_rate;
  std::optional<std::size_t> batch;
  std::optional<std::size_t> bins_per_interval;
  std::optional<double> minutes;  ///< at most one of minutes, epochs and steps is given
  std::optional<double> epochs;
  std::optional<std::size_t> steps;
  std::string precision = "f32";  ///< precision of matrix products: "f32" or "bf16"
  /// Memory for features. Larger features go to a temporary file in `spool`.
  std::string memory = "4G";
  std::filesystem::path spool;         ///< folder of the temporary file; empty: the folder of `out`
  std::optional<std::string> reflect;  ///< learn::parse_reflection(); not given: none
  /// Rule by which revise_model() will decide the reflection: training checks that the data have what
  /// the rule needs, and does not warn that the reflection is open. Not given: nothing is decided
  /// later.
  std::optional<std::string> reflect_later;
  bool dry_run = false;           ///< only say how long training takes; writes nothing
  bool accept_doubtful = false;   ///< whether a doubtful reflection is no error
  bool keep_dead = false;         ///< whether to train on microphones that are dead
  bool calibrate = false;         ///< whether to learn the array's responses too
  SoundSpeedOptions sound_speed;  ///< of the calibration
  /// Trained model to revise instead of training: its reflection, its responses or both.
  std::filesystem::path model;
  std::filesystem::path history;  ///< file for the loss curve as JSON lines; empty: no file
  /// Number of validations in a row without a lower loss after which training stops; 0: never. A
  /// whole training has 40 validations. Default: 10.
  std::optional<std::size_t> patience;
  std::filesystem::path checkpoint;  ///< folder of checkpoints; empty: no checkpoints
  double every_s = 60.0;             ///< time between checkpoints, s
  bool resume = false;               ///< whether to continue from the newest checkpoint, if any
};

/// Trains a model, and writes it and its loss curve (`MODEL.loss.svg` beside it). With a checkpoint
/// folder, TERM, USR1 and INT end in a checkpoint and core::Error with kStopped, also during the
/// calibration.
/// @throws core::UsageError, core::InputError, core::IoError, core::DivergedError. No model is
///         written if training fails. If a later step fails, such as the calibration, the trained
///         model is written without the result of this step. A doubtful reflection is an InputError
///         after everything is written, unless it is accepted.
void train(const TrainStageOptions& options);

}  // namespace commands
