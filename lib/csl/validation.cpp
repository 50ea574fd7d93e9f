#include "csl/validation.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/errors.h"
#include "csl/trainer.h"

namespace csl {
namespace {

TrainOptions validation_options(const Dataset& dataset, const TrainOptions& options,
                                const ValidationOptions& validation) {
  TrainOptions own = options;
  own.batch =
      std::max<std::size_t>(1, std::min(dataset.intervals.size(), validation.max_intervals));
  own.bins_per_interval = validation.bins_per_interval;
  own.seed = validation.seed;
  return own;
}

}  // namespace

Validator::Validator(const Dataset& dataset, const TrainOptions& options,
                     const ValidationOptions& validation, core::ThreadPool& pool)
    : mlp_(network_shape(dataset, options), options.backend),
      pass_(dataset, mlp_.shape(), validation_options(dataset, options, validation), pool, false) {
  Sampler(dataset, validation_options(dataset, options, validation)).draw(0, batch_);
}

double Validator::loss(std::span<const float> parameters) {
  if (parameters.size() != mlp_.parameters().size()) {
    throw core::InputError(
        fmt::format("validation data: a network for them has {} weights, found {}: were they "
                    "recorded with other microphones?",
                    mlp_.parameters().size(), parameters.size()));
  }
  std::ranges::copy(parameters, mlp_.parameters().begin());
  return pass_.forward(mlp_, batch_).loss;
}

bool BestWeights::offer(double new_loss, std::uint64_t new_step,
                        std::span<const float> new_parameters) {
  if (!(new_loss < loss)) {
    ++worse_in_a_row;
    return false;
  }
  loss = new_loss;
  step = new_step;
  worse_in_a_row = 0;
  parameters.assign(new_parameters.begin(), new_parameters.end());
  return true;
}

}  // namespace csl
