#include "learn/validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <numbers>

#include "core/errors.h"
#include "core/units.h"
#include "learn/trainer.h"
#include "so3/rotation.h"

namespace learn {
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
    : dataset_(dataset),
      mlp_(network_shape(dataset, options), options.backend, options.precision),
      pass_(dataset, mlp_.shape(), validation_options(dataset, options, validation), pool, false) {
  Sampler(dataset, validation_options(dataset, options, validation)).draw(0, batch_);
}

ValidationResult Validator::evaluate(std::span<const float> parameters) {
  if (parameters.size() != mlp_.parameters().size()) {
    throw core::InputError(
        fmt::format("validation data: a network for them has {} weights, found {}: were they "
                    "recorded with other microphones?",
                    mlp_.parameters().size(), parameters.size()));
  }
  std::ranges::copy(parameters, mlp_.parameters().begin());
  const double loss = pass_.forward(mlp_, batch_).loss;
  return {loss, error_deg()};
}

double Validator::error_deg() const {
  double sum_rad = 0.0;
  std::size_t known = 0;
  for (std::size_t slot = 0; slot < batch_.interval.size(); ++slot) {
    const Interval& interval = dataset_.intervals[batch_.interval[slot]];
    if (!interval.direction_world) continue;
    const Eigen::Vector3d truth = interval.direction_world->cast<double>();
    sum_rad += so3::angle_between(pass_.world_sum(slot), truth);
    ++known;
  }
  if (known == 0) return std::numeric_limits<double>::quiet_NaN();
  const double mean_rad = sum_rad / static_cast<double>(known);
  return core::radians_to_degrees(std::min(mean_rad, std::numbers::pi - mean_rad));
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

}  // namespace learn
