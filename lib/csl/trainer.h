/// Algorithm 1 of the paper with what makes it reliable: centring at the start, a rate schedule,
/// and sums in fixed order, so that the weights do not depend on the number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/parallel.h"
#include "csl/dataset.h"
#include "csl/features.h"
#include "csl/loss.h"
#include "csl/model.h"
#include "nn/adam.h"
#include "nn/mlp.h"

namespace csl {

enum class RateSchedule {
  kConstant,
  kCosine,  ///< linear warm-up, then half a cosine down to floor_rate_ratio
};

/// The constant part of the output is a saddle of the loss (docs/learning.md). Until the smoothed
/// loss falls below `until_loss`, this share of the batch mean is subtracted from the head's bias.
struct CentringOptions {
  bool enabled = true;
  double share = 0.3;       ///< at the first step the whole mean is subtracted
  double until_loss = 0.5;  ///< then off for good
};

/// Everything that decides the result of training. The defaults are the preset `fast`.
struct TrainOptions {
  std::vector<std::size_t> hidden = {512, 256, 128};
  InputKind input = InputKind::kCovariance;
  nn::Normalization normalization = nn::Normalization::kLayerNorm;
  LossKind loss = LossKind::kSubContrastive;

  std::uint64_t seed = 0;
  std::size_t steps = 5000;  ///< length of the schedule and of training
  std::size_t batch = 16;    ///< intervals a step
  std::size_t bins_per_interval =
      512;  ///< both sub-intervals together; 0: all bins of the interval
  double learning_rate = 1e-3;
  RateSchedule schedule = RateSchedule::kCosine;
  std::size_t warmup_steps = 100;
  double floor_rate_ratio = 0.02;  ///< kCosine: last rate over learning_rate
  nn::AdamOptions adam;
  CentringOptions centring;

  double min_split_ratio = 0.2;  ///< bounds of |I1| / |I2| in bins (paper, 2.2)
  double max_split_ratio = 0.8;
  std::size_t min_bins = 64;    ///< intervals with fewer are skipped
  std::size_t min_frames = 10;  ///< intervals whose bins fill fewer frames are skipped
  std::size_t shards = 8;       ///< pieces of a step's work: part of the result, unlike threads
  nn::GemmBackend backend = nn::GemmBackend::kAuto;

  /// @throws core::UsageError naming the first option out of range
  void validate() const;
};

/// The paper's setting: 1024-512-256, raw input, constant rate 1e-5, batch 8, all bins.
TrainOptions paper_preset();
/// Ours: the defaults.
TrainOptions fast_preset();

struct StepReport {
  std::uint64_t step = 0;      ///< steps done, this one included
  double loss = 0.0;           ///< mean over the batch's intervals
  double smoothed_loss = 0.0;  ///< exponential mean over about 20 steps
  double saddle =
      0.0;  ///< |mean output| / mean |output|, near 1 while one direction is answered for all
  double learning_rate = 0.0;
  bool centring = false;  ///< was the head's bias centred in this step
  std::size_t bins = 0;   ///< rows that went through the network
};

/// Trains one network on one dataset. All memory is allocated by the constructor or the first
/// steps.
class Trainer {
 public:
  /// @param dataset  must outlive the trainer; not changed
  /// @param pool     must outlive the trainer
  /// @throws core::UsageError  bad options; core::InputError  no usable interval, or kSupervised
  /// without truth
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

  /// @throws core::DivergedError  if the start's saddle was never left; says what to do
  void require_converged() const;

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

}  // namespace csl
