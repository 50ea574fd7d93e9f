/// Algorithm 1 of the C-SL paper. Added are centering on the initial plateau, a rate schedule, and
/// sums in fixed order, so that the weights do not depend on the number of threads.
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
  /// Sub-contrastive loss (C-SL paper, eq. (6)), whatever the loss of training, divided by the loss
  /// of answering each interval's mean direction for all of its bins. Near 1 on the initial
  /// plateau, small once the map follows the rotation. It does not depend on how people move.
  double contrast = 0.0;
  /// |mean output| / mean |output|: near 1 while the network answers one direction for every bin.
  double saddle = 0.0;
  double learning_rate = 0.0;
  bool centering = false;  ///< whether this step centered the head's bias
  std::size_t bins = 0;    ///< number of bins in the batch
};

/// Everything that changes during training. With the same data set and options, a trainer that
/// restores this state gives the same bytes as a trainer that was never stopped. The sampler's
/// position is steps_done.
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

/// Shape of the network that the options ask for on these data. Checks options and data first.
/// @throws core::UsageError  for bad options; core::InputError for broken data, or for kSupervised
///                           without truth
nn::MlpShape network_shape(const Dataset& dataset, const TrainOptions& options);

/// Trains one network on one data set. The constructor and the first steps allocate all memory.
class Trainer {
 public:
  /// @param dataset  must outlive the trainer; not changed
  /// @param pool     must outlive the trainer
  /// @throws core::UsageError  for bad options; core::InputError for broken data
  ///         (Dataset::validate), without a usable interval, or for kSupervised without truth
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

  /// Whether training has left the initial plateau and has not come back to it. Always true for the
  /// supervised loss, which has no such plateau.
  bool converged() const;
  /// @throws core::DivergedError  if training has not converged; the message says what to do
  void require_converged() const;
  /// Angle between the centroids of an interval's two sub-intervals, root mean square over the
  /// latest batches, rad. It is the part of the error that can be seen without truth.
  double disagreement_rad() const;

  TrainerState state() const;
  /// @throws core::InputError if the state is of another network or not finite
  void restore(const TrainerState& state);

  const TrainOptions& options() const;
  std::size_t usable_intervals() const;
  std::size_t skipped_intervals() const;  ///< too short or too few bins
  double flop_per_step() const;           ///< operations in the matrix products of one full batch
  const nn::MlpShape& shape() const;

  /// The present weights with recipe and shape, without a reflection decision.
  Model model() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace learn
