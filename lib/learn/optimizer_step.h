/// The optimizer's part of a training step: from the shards' gradients to new weights.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/parallel.h"
#include "learn/batch_pass.h"
#include "learn/train_options.h"
#include "nn/adam.h"
#include "nn/mlp.h"
#include "nn/muon.h"

namespace learn {

/// Whether all values are finite.
bool all_finite(std::span<const float> values);

/// Muon for the weights of hidden layers and Adam for the rest, or Adam for all. The moments are
/// part of TrainerState.
class OptimizerStep {
 public:
  OptimizerStep(const nn::MlpShape& shape, const TrainOptions& options);

  /// Sums the shards' gradients in a fixed order into gradient(0), then takes one step.
  /// @param pass         after backward() of the step's batch
  /// @param step_number  1, 2, ...
  /// @throws core::DivergedError  if a weight is no longer finite
  void update(nn::Mlp<float>& mlp, BatchPass& pass, std::uint64_t step_number, double learning_rate,
              core::ThreadPool& pool);

  std::vector<float> moment1;  ///< [parameters]
  std::vector<float> moment2;  ///< [parameters], 0 for parameters of Muon

 private:
  nn::AdamOptions adam_;
  std::vector<nn::WeightBlock> matrices_;  ///< matrices that Muon updates; Adam updates the rest
  std::optional<nn::Muon> muon_;
};

}  // namespace learn
