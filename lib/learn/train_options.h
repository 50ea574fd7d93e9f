/// Everything that decides the result of training, with its defaults.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "learn/loss.h"
#include "learn/network_input.h"
#include "nn/adam.h"
#include "nn/gemm.h"
#include "nn/mlp_shape.h"
#include "nn/muon.h"

namespace learn {

enum class RateSchedule {
  kConstant,
  kCosine,  ///< linear warm-up, then half a cosine down to floor_rate_ratio
};

/// What turns gradients into steps.
enum class Optimizer {
  kAdam,
  kMuon,  ///< weights of hidden layers; their biases and the head by Adam
};

/// The constant part of the output is a saddle of the loss (docs/understand/learning.md). Until the contrast
/// (StepReport) is below `until_ratio`, this share of the batch mean is subtracted from the head's
/// bias, and steps are small: at the rate that learns best afterwards, large networks and raw input
/// stay at the saddle.
struct CenteringOptions {
  bool enabled = true;
  double share = 0.3;        ///< at the first step the whole mean is subtracted
  double until_ratio = 0.3;  ///< then off, and training counts as having left its start
  /// Rate until then. Adam's first steps are five times as long as Muon's.
  double highest_rate_muon = 5e-3;
  double highest_rate_adam = 1e-3;
  /// A loss above this share of the constant answer's afterwards is a relapse: all begins again
  /// from its weights, and with half the rate if that was too high for this network.
  double relapse_ratio = 0.8;
  /// A contrast that ends above this, although the start was left: what was learned is lost again.
  double lost_ratio = 0.5;
};

/// A start that is no saddle: until the start is left, outputs are also drawn to the directions of
/// the best linear map of cross-spectra (linear_start.h), where there is a useful one. It keeps
/// training from answers that stand along the axis people turn about most.
struct LinearStartOptions {
  std::size_t steps = 400;    ///< at most, from the beginning and from every relapse; 0: never
  double weight = 3.0;        ///< of the supervised loss towards these directions
  double until_ratio = 0.15;  ///< of the contrast, in place of CenteringOptions::until_ratio
};

/// Where training stands with its start's saddle.
struct StartProgress {
  std::optional<std::uint64_t> left;  ///< steps done when it was left
  std::uint64_t halvings = 0;         ///< of the rate, by relapses
  std::uint64_t began = 0;            ///< steps done when the latest relapse was seen; 0: none

  bool operator==(const StartProgress&) const = default;
};

/// Everything that decides the result of training. The defaults are the preset `fast`.
struct TrainOptions {
  std::vector<std::size_t> hidden = {512, 256, 128};
  InputKind input = InputKind::kCovariance;
  BinSmoothing smoothing = {3, 3};
  nn::Normalization normalization = nn::Normalization::kLayerNorm;
  LossMixture loss = {{LossKind::kSubContrastive, 1.0}};
  nn::Precision precision = nn::Precision::kFull;  ///< of matrix products; weights stay float

  std::uint64_t seed = 0;
  std::size_t steps = 5000;  ///< length of the schedule and of training
  std::size_t batch = 16;    ///< intervals a step
  std::size_t bins_per_interval =
      512;  ///< both sub-intervals together; 0: all bins of the interval
  double learning_rate = 8e-3;
  RateSchedule schedule = RateSchedule::kCosine;
  std::size_t warmup_steps = 100;
  std::size_t rise_steps = 300;    ///< from the slow rate to the full one, once the start is left
  double floor_rate_ratio = 0.02;  ///< kCosine: last rate over learning_rate
  Optimizer optimizer = Optimizer::kMuon;
  nn::AdamOptions adam;
  nn::MuonOptions muon;
  CenteringOptions centering;
  LinearStartOptions linear_start;

  double min_split_ratio = 0.2;  ///< bounds of |I1| / |I2| in bins (paper, 2.2)
  double max_split_ratio = 0.8;
  std::size_t min_bins = 64;    ///< intervals with fewer are skipped
  std::size_t min_frames = 10;  ///< intervals whose bins fill fewer frames are skipped
  std::size_t shards = 8;       ///< pieces of a step's work: part of the result, unlike threads
  nn::GemmBackend backend = nn::GemmBackend::kAuto;

  /// Rate of the step after `step` steps.
  double learning_rate_at(std::uint64_t step, const StartProgress& start) const;
  /// The start after a relapse that is seen after `step` steps. The rate is halved, but for a first
  /// relapse before it had risen half-way.
  StartProgress after_relapse(std::uint64_t step, const StartProgress& start) const;

  /// @throws core::UsageError naming the first option out of range
  void validate() const;

 private:
  double highest_rate(const StartProgress& start) const;
  double slow_rate(std::uint64_t step, const StartProgress& start) const;
  double scheduled_rate(std::uint64_t step, double highest) const;
};

/// The paper's setting: 1024-512-256, raw input of each bin by itself, Adam at a constant rate of
/// 1e-5, batch 8, all bins.
TrainOptions paper_preset();
/// Ours: the defaults.
TrainOptions fast_preset();

}  // namespace learn
