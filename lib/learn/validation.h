/// Watching for overfitting without any label: the self-supervised loss of a second recording.
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
  std::size_t max_intervals = 200;  ///< one draw of break point and bins each
  std::size_t bins_per_interval = 512;
  std::uint64_t seed = 1;  ///< of the break points and bins, drawn once
};

struct ValidationResult {
  double loss = 0.0;  ///< mean over the validation intervals
  /// Mean angle between the pooled and the true direction of an interval, degrees; NaN where no
  /// truth is known. Of the two signs that the loss cannot tell apart, the better one. For people
  /// to watch: nothing is decided by it.
  double error_deg = std::numeric_limits<double>::quiet_NaN();
};

/// Loss of weights on fixed break points and bins, so that two evaluations differ by the weights
/// alone.
class Validator {
 public:
  /// @param dataset, pool  must outlive the validator
  /// @param options        of the training: network, input, loss
  /// @throws core::InputError as Trainer
  Validator(const Dataset& dataset, const TrainOptions& options,
            const ValidationOptions& validation, core::ThreadPool& pool);

  /// @param parameters  of the network being trained
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

/// The best weights so far by validation loss. A plain value: a checkpoint stores it as it is.
struct BestWeights {
  double loss = std::numeric_limits<double>::infinity();
  std::uint64_t step = 0;
  std::uint64_t worse_in_a_row = 0;  ///< evaluations since the best: the clock of early stopping
  std::vector<float> parameters;

  /// Takes the weights if their loss is lower. @return  whether it did
  bool offer(double new_loss, std::uint64_t new_step, std::span<const float> new_parameters);
};

}  // namespace learn
