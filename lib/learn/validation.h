/// Validation without labels: the self-supervised loss of other sessions shows overfitting.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "core/parallel.h"
#include "learn/batch_pass.h"
#include "learn/dataset.h"
#include "learn/sampler.h"
#include "learn/train_options.h"
#include "nn/mlp.h"

namespace learn {

struct ValidationOptions {
  std::size_t max_intervals = 200;  ///< intervals used at most, with one break point each
  std::size_t bins_per_interval = 512;
  std::uint64_t seed = 1;  ///< seed of break points and bins, which are drawn once
};

struct ValidationResult {
  double loss = 0.0;  ///< mean over the validation intervals
  /// Mean angle between the centroid and the true direction of an interval, degrees; NaN without
  /// truth. The better of the map and its mirror image counts. It is only shown to the user.
  double error_deg = std::numeric_limits<double>::quiet_NaN();
};

/// Computes the loss of weights on fixed break points and bins. Two evaluations differ only by
/// their weights.
class Validator {
 public:
  /// @param dataset, pool  must outlive the validator
  /// @param options        options of the training: network, input, loss
  /// @throws core::InputError as Trainer
  Validator(const Dataset& dataset, const TrainOptions& options,
            const ValidationOptions& validation, core::ThreadPool& pool);

  /// @param parameters  weights of the network in training
  /// @throws core::InputError if their number does not fit
  ValidationResult evaluate(std::span<const float> parameters);

  std::size_t intervals() const { return batch_.interval.size(); }

 private:
  double error_deg() const;

  const Dataset& dataset_;
  nn::Mlp<float> mlp_;
  Batch batch_;
  BatchPass pass_;
};

/// Weights with the lowest validation loss so far. Checkpoints store all fields.
struct BestWeights {
  double loss = std::numeric_limits<double>::infinity();
  std::uint64_t step = 0;
  std::uint64_t worse_in_a_row = 0;  ///< evaluations since the best one, for early stopping
  std::vector<float> parameters;

  /// Takes the weights if their loss is lower. @return  whether it took them
  bool offer(double new_loss, std::uint64_t new_step, std::span<const float> new_parameters);
};

}  // namespace learn
