/// The training loop, from the first step or a checkpoint to the last step, with validation,
/// history and checkpoints.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "commands/train.h"
#include "commands/train_history.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/provenance.h"
#include "core/stopwatch.h"
#include "formats/checkpoint_folder.h"
#include "learn/trainer.h"
#include "learn/validation.h"

namespace commands {

class TrainRun {
 public:
  /// @param training    options and inputs as text; a checkpoint with another text is refused
  /// @param validation  null: no validation
  /// @throws core::UsageError  the folder holds checkpoints and --resume was not given, or they are
  ///         of a training with other options or inputs
  TrainRun(const TrainStageOptions& options, learn::Trainer& trainer, learn::Validator* validation,
           const std::string& training, const core::Provenance& provenance);

  /// Runs all steps that are left. @throws core::DivergedError; core::Error with kStopped after a
  /// core::StopSignal, once a checkpoint is on disk
  void run();

  /// Model with the weights of lowest validation loss; without validation, with the last weights.
  learn::Model model() const;
  const TrainHistory& history() const { return history_; }
  /// Number of steps after which training had the weights of model().
  std::uint64_t model_step() const;

 private:
  void set_length();
  void resume();
  void step();
  void measure_rate(std::uint64_t done);
  std::optional<learn::ValidationResult> validate(std::uint64_t done);
  bool stopped_early() const;
  void save();
  void save_if_due();
  /// Training time of all runs together.
  double elapsed_s() const { return elapsed_before_s_ + clock_.elapsed_s(); }

  const TrainStageOptions& options_;
  learn::Trainer& trainer_;
  learn::Validator* validation_;
  std::string training_;
  const core::Provenance& provenance_;
  std::unique_ptr<formats::CheckpointFolder> folder_;
  TrainHistory history_;
  learn::BestWeights best_;
  core::Stopwatch clock_;  ///< of this run
  core::Progress progress_;
  double elapsed_before_s_ = 0.0;  ///< training time of the runs before this one, s
  double saved_at_s_ = 0.0;        ///< time of this run at its latest checkpoint, s
};

}  // namespace commands
