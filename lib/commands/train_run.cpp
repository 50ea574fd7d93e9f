#include "commands/train_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "core/log.h"
#include "core/stop_signal.h"

namespace commands {
namespace {

/// Number of steps after which `--minutes` measures the time of a step. The schedule's warm-up is
/// longer.
constexpr std::uint64_t kRateSteps = 50;
/// Number of validations of a whole training, and default of --patience.
constexpr std::uint64_t kValidations = 40;
constexpr std::size_t kPatience = 10;

}  // namespace

TrainRun::TrainRun(const TrainStageOptions& options, learn::Trainer& trainer,
                   learn::Validator* validation, const std::string& training,
                   const core::Provenance& provenance)
    : options_(options),
      trainer_(trainer),
      validation_(validation),
      training_(training),
      provenance_(provenance),
      folder_(options.checkpoint.empty()
                  ? nullptr
                  : std::make_unique<formats::CheckpointFolder>(options.checkpoint)),
      history_(options.history),
      progress_("training", trainer.options().steps, "steps") {
  set_length();
  if (folder_) resume();
  progress_.set_total(trainer.options().steps);
  progress_.advance(trainer.steps_done());
}

void TrainRun::set_length() {
  const bool paper = options_.preset == "paper" && !options_.minutes && !options_.steps;
  const std::optional<double> epochs = paper && !options_.epochs ? 300.0 : options_.epochs;
  if (!epochs) return;
  const double steps = std::ceil(*epochs * static_cast<double>(trainer_.usable_intervals()) /
                                 static_cast<double>(trainer_.options().batch));
  trainer_.set_total_steps(static_cast<std::size_t>(std::max(1.0, steps)));
}

void TrainRun::resume() {
  if (!options_.resume) {
    if (folder_->empty()) return;
    throw core::UsageError(fmt::format(
        "--checkpoint {}: the folder holds checkpoints of an earlier training; add --resume "
        "to continue it, or name another folder",
        folder_->path().string()));
  }
  const std::optional<formats::Checkpoint> checkpoint = folder_->newest();
  if (!checkpoint) return;
  if (checkpoint->training != training_) {
    throw core::UsageError(fmt::format(
        "--checkpoint {}: its training had other options or inputs: expected {}, found {}; repeat "
        "the command as it was, or name another folder",
        folder_->path().string(), checkpoint->training, training_));
  }
  trainer_.restore(checkpoint->trainer);
  best_ = checkpoint->best;
  history_.restore(*checkpoint);
  elapsed_before_s_ = checkpoint->elapsed_s;
  core::log_detail("resumed after step {}", trainer_.steps_done());
}

void TrainRun::measure_rate(std::uint64_t done) {
  if (!options_.minutes || done != kRateSteps) return;
  const double steps = *options_.minutes * 60.0 * static_cast<double>(done) / elapsed_s();
  trainer_.set_total_steps(std::max<std::size_t>(kRateSteps, static_cast<std::size_t>(steps)));
  progress_.set_total(trainer_.options().steps);
}

std::optional<learn::ValidationResult> TrainRun::validate(std::uint64_t done) {
  if (validation_ == nullptr) return std::nullopt;
  const std::uint64_t total = trainer_.options().steps;
  const std::uint64_t every = std::max<std::uint64_t>(1, total / kValidations);
  if (done % every != 0 && done != total) return std::nullopt;
  const learn::TrainerState state = trainer_.state();
  const learn::ValidationResult result = validation_->evaluate(state.parameters);
  // On the initial plateau the loss says nothing about the map.
  if (state.start.left && trainer_.converged()) best_.offer(result.loss, done, state.parameters);
  return result;
}

bool TrainRun::stopped_early() const {
  const std::size_t patience = options_.patience.value_or(kPatience);
  return validation_ != nullptr && patience > 0 && best_.worse_in_a_row >= patience;
}

void TrainRun::save() {
  formats::Checkpoint checkpoint;
  checkpoint.training = training_;
  checkpoint.trainer = trainer_.state();
  checkpoint.best = best_;
  checkpoint.history = history_.lines();
  checkpoint.elapsed_s = elapsed_s();
  checkpoint.bins = history_.bins();
  folder_->add(provenance_, checkpoint);
  saved_at_s_ = clock_.elapsed_s();
}

void TrainRun::save_if_due() {
  const bool stop = core::StopSignal::requested();
  if (!stop && clock_.elapsed_s() - saved_at_s_ < options_.every_s) return;
  save();
  if (!stop) return;
  throw core::Error(
      core::ExitCode::kStopped,
      fmt::format("stopped after step {} of {}; add --resume to continue from {}",
                  trainer_.steps_done(), trainer_.options().steps, folder_->path().string()));
}

void TrainRun::step() {
  const learn::StepReport report = trainer_.step();
  measure_rate(report.step);
  const std::optional<learn::ValidationResult> valid = validate(report.step);
  history_.add(report, valid ? &*valid : nullptr, trainer_.options().steps, elapsed_s(),
               trainer_.flop_per_step());
  const double gflops =
      trainer_.flop_per_step() * static_cast<double>(report.step) / elapsed_s() * 1e-9;
  progress_.note(fmt::format("loss {:.4f}  {:.0f} GFLOP/s", report.smoothed_loss, gflops));
  progress_.advance();
}

void TrainRun::run() {
  const std::uint64_t before = trainer_.steps_done();
  history_.open();
  while (trainer_.steps_done() < trainer_.options().steps && !stopped_early()) {
    if (folder_) save_if_due();
    step();
  }
  // The work after training can be stopped too: it then starts from this checkpoint.
  if (folder_ && trainer_.steps_done() > before) save();
  if (best_.parameters.empty()) trainer_.require_converged();
}

learn::Model TrainRun::model() const {
  learn::Model model = trainer_.model();
  if (!best_.parameters.empty()) model.parameters = best_.parameters;
  return model;
}

std::uint64_t TrainRun::model_step() const {
  return best_.parameters.empty() ? trainer_.steps_done() : best_.step;
}

}  // namespace commands
