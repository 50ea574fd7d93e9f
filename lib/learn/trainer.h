/// Algorithm 1 of the paper with what makes it reliable: centering at the start, a rate schedule,
/// and sums in fixed order, so that the weights do not depend on the number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/parallel.h"
#include "learn/dataset.h"
#include "learn/model.h"
#include "learn/train_options.h"
#include "nn/mlp_shape.h"

namespace learn {

struct StepReport {
  std::uint64_t step = 0;      ///< steps done, this one included
  double loss = 0.0;           ///< mean over the batch's intervals
  double smoothed_loss = 0.0;  ///< exponential mean over about 20 steps
  /// Sub-contrastive loss (6), whatever the loss of training, over that of answering each
  /// interval's mean direction for all of its bins: near 1 at the start's saddle, small once the
  /// map follows the rotation. Independent of how people move.
  double contrast = 0.0;
  double saddle =
      0.0;  ///< |mean output| / mean |output|: near 1 while one direction is answered for all
  double learning_rate = 0.0;
  bool centering = false;  ///< was the head's bias centered in this step
  std::size_t bins = 0;    ///< rows that went through the network
};

/// Everything that changes while training: with the same dataset and options, a trainer that
/// restores it goes on as if it had never stopped, to the byte. The sampler's position is
/// steps_done.
struct TrainerState {
  std::uint64_t steps_done = 0;
  std::uint64_t total_steps = 0;  ///< length of the schedule
  double smoothed_loss = 0.0;
  double smoothed_disagreement = 0.0;  ///< see BatchResult
  double smoothed_constant = 0.0;
  StartProgress start;
  std::vector<float> parameters;
  std::vector<float> moment1;  ///< Adam's, [parameters]
  std::vector<float> moment2;
};

/// The network that the options ask for on these data, after checking everything that can be wrong.
/// @throws core::UsageError  bad options; core::InputError  broken data, or kSupervised without
/// truth
nn::MlpShape network_shape(const Dataset& dataset, const TrainOptions& options);

/// Trains one network on one dataset. All memory is allocated by the constructor or the first
/// steps.
class Trainer {
 public:
  /// @param dataset  must outlive the trainer; not changed
  /// @param pool     must outlive the trainer
  /// @throws core::UsageError  bad options; core::InputError  broken data (Dataset::validate), no
  /// usable
  ///         interval, or kSupervised without truth
  Trainer(const Dataset& dataset, const TrainOptions& options, core::ThreadPool& pool);
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  /// One step of Algorithm 1. @throws core::DivergedError if the loss or a weight is no longer
  /// finite
  StepReport step();

  std::uint64_t steps_done() const;
  /// Changes the length of the schedule (training bounded by time: set it during warm-up, on which
  /// the total has no influence). @throws core::UsageError if fewer than the steps done
  void set_total_steps(std::size_t steps);

  /// Whether the start's saddle was left and what was learned since is not lost again. Always where
  /// the loss looks at the truth: there is no saddle then.
  bool converged() const;
  /// @throws core::DivergedError  if it is not; says what to do
  void require_converged() const;
  /// Angle between the directions that an interval's two parts are given, root mean square over the
  /// latest batches, rad. What is left of it is the error that the learner itself can see.
  double disagreement_rad() const;

  TrainerState state() const;
  /// @throws core::InputError if the state is of another network or not finite
  void restore(const TrainerState& state);

  const TrainOptions& options() const;
  std::size_t usable_intervals() const;
  std::size_t skipped_intervals() const;  ///< too short or too few bins
  double flop_per_step() const;           ///< arithmetic of the matrix products of one full batch
  const nn::MlpShape& shape() const;

  /// The present weights with recipe and shape; STFT settings and reflection are left to the
  /// caller.
  Model model() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace learn
