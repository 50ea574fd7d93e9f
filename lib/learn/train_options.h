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

/// Rule that makes steps from gradients.
enum class Optimizer {
  kAdam,
  kMuon,  ///< Muon for the weights of hidden layers; Adam for their biases and the head
};

/// Centering helps training to leave the initial plateau, where the network answers one direction
/// for every bin: this constant answer is a saddle of the loss (docs/understand/learning.md). Until
/// the contrast (StepReport) is below `until_ratio`, a share of the batch mean is subtracted from
/// the head's bias in every step, and the rate is low: at the rate that learns best afterwards,
/// large networks and raw input stay on the plateau.
struct CenteringOptions {
  bool enabled = true;
  double share = 0.3;        ///< share of the mean that is subtracted; the first step subtracts all
  double until_ratio = 0.3;  ///< contrast below which training has left the initial plateau
  /// Highest learning rate on the plateau. Adam's first steps are five times as long as Muon's.
  double highest_rate_muon = 5e-3;
  double highest_rate_adam = 1e-3;
  /// Contrast above which training is back on the plateau (a relapse). Training then begins again
  /// from the present weights, and with half the rate if the rate was too high for this network.
  double relapse_ratio = 0.8;
  /// Contrast above which a training has failed at its end although it had left the plateau.
  double lost_ratio = 0.5;
};

/// Linear start: on the initial plateau a supervised loss also pulls the outputs towards the
/// directions of the best linear map of cross-spectra (linear_start.h), if there is a useful map.
/// It keeps training from answers along the axis about which people turn most.
struct LinearStartOptions {
  std::size_t steps = 400;    ///< most steps, from the beginning and from every relapse; 0: never
  double weight = 3.0;        ///< weight of the supervised loss towards these directions
  double until_ratio = 0.15;  ///< replaces CenteringOptions::until_ratio while the loss is added
};

/// Progress of training with respect to the initial plateau.
struct StartProgress {
  std::optional<std::uint64_t> left;  ///< steps done when training left the plateau
  std::uint64_t halvings = 0;         ///< how often relapses have halved the rate
  std::uint64_t began = 0;            ///< steps done at the latest relapse; 0: there was none

  bool operator==(const StartProgress&) const = default;
};

/// Everything that decides the result of training. The defaults are the preset `fast`.
struct TrainOptions {
  std::vector<std::size_t> hidden = {512, 256, 128};
  InputKind input = InputKind::kCovariance;
  BinSmoothing smoothing = {3, 3};
  nn::Normalization normalization = nn::Normalization::kLayerNorm;
  LossMixture loss = {{LossKind::kSubContrastive, 1.0}};
  nn::Precision precision = nn::Precision::kFull;  ///< precision of products; weights stay float

  std::uint64_t seed = 0;
  std::size_t steps = 5000;  ///< length of the schedule and of training
  std::size_t batch = 16;    ///< intervals in each step
  /// Random bins of each interval in each step, half of them from each sub-interval; 0: all bins.
  std::size_t bins_per_interval = 512;
  double learning_rate = 8e-3;
  RateSchedule schedule = RateSchedule::kCosine;
  std::size_t warmup_steps = 100;
  /// Steps from the low rate of the initial plateau to the full rate, once training has left it.
  std::size_t rise_steps = 300;
  double floor_rate_ratio = 0.02;  ///< kCosine: last rate divided by learning_rate
  Optimizer optimizer = Optimizer::kMuon;
  nn::AdamOptions adam;
  nn::MuonOptions muon;
  CenteringOptions centering;
  LinearStartOptions linear_start;

  /// Bounds of |I1| / |I2|, the ratio of the sub-intervals' numbers of bins (C-SL paper, 2.2).
  double min_split_ratio = 0.2;
  double max_split_ratio = 0.8;
  std::size_t min_bins = 64;    ///< intervals with fewer bins are skipped
  std::size_t min_frames = 10;  ///< intervals with bins in fewer frames are skipped
  std::size_t shards = 8;       ///< parts of a step's work; unlike threads, they change the result
  nn::GemmBackend backend = nn::GemmBackend::kAuto;

  /// Learning rate of the step that follows after `step` steps.
  double learning_rate_at(std::uint64_t step, const StartProgress& start) const;
  /// Progress after a relapse that is seen after `step` steps. The rate is halved, except at a
  /// first relapse before the rate had risen half-way.
  StartProgress after_relapse(std::uint64_t step, const StartProgress& start) const;

  /// @throws core::UsageError naming the first option out of range
  void validate() const;

 private:
  double highest_rate(const StartProgress& start) const;
  double slow_rate(std::uint64_t step, const StartProgress& start) const;
  double scheduled_rate(std::uint64_t step, double highest) const;
};

/// Setting of the C-SL paper, 2.3 and 3.2: hidden layers 1024-512-256 with parameter-free weight
/// normalization, STFT input of each bin by itself, Adam at a constant rate of 1e-5, batch 8, all
/// bins, no linear start. One thing is not in the paper: centering on the initial plateau.
TrainOptions paper_preset();
/// The defaults of TrainOptions.
TrainOptions fast_preset();

}  // namespace learn
