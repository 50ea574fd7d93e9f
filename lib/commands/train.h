/// csl-train: learns the map from bins to directions without any label.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "commands/common.h"
#include "learn/trainer.h"

namespace commands {

/// Options that are not set keep the preset's value.
struct TrainStageOptions {
  CommonOptions common;
  std::vector<std::string> in;
  std::vector<std::string> valid;  ///< features of other sessions, to watch for overfitting
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
  std::optional<double> minutes;  ///< at most one of minutes, epochs, steps
  std::optional<double> epochs;
  std::optional<std::size_t> steps;
  std::string precision = "f32";  ///< or "bf16": of matrix products
  /// Features beyond this are kept in a temporary file in `spool` and read while training.
  std::string memory = "4G";
  std::filesystem::path spool;  ///< folder; empty: that of `out`
  std::string reflect = "none";
  bool calibrate = false;         ///< also learn the array's responses
  std::filesystem::path model;    ///< with calibrate: take this model and do not train
  std::filesystem::path history;  ///< JSON lines; empty: none
  /// Validations without a better one after which training stops, 0: never. Not set: 10 of the 40
  /// that a whole training has.
  std::optional<std::size_t> patience;
  std::filesystem::path checkpoint;  ///< folder of checkpoints; empty: none
  double every_s = 60.0;             ///< between checkpoints
  bool resume = false;               ///< go on from the newest checkpoint, if there is one
};

/// Writes the model, and its loss curve beside it as `MODEL.loss.svg`. With a checkpoint folder,
/// TERM, USR1 and INT end in a checkpoint and core::Error with kStopped.
/// @throws core::UsageError, core::InputError, core::IoError, core::DivergedError; no model is then
/// written
void train(const TrainStageOptions& options);

}  // namespace commands
