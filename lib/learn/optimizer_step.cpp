#include "learn/optimizer_step.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "core/errors.h"
#include "nn/adam.h"

namespace learn {
namespace {

/// Number of parameters that one thread sums and updates at a time.
constexpr std::size_t kParameterRange = 16384;

/// Calls body(first, count) for consecutive ranges of [first, end) of at most kParameterRange.
void for_each_range(core::ThreadPool& pool, std::size_t first, std::size_t end,
                    const std::function<void(std::size_t, std::size_t)>& body) {
  const std::size_t ranges = (end - first + kParameterRange - 1) / kParameterRange;
  pool.for_each_shard(ranges, [&](std::size_t i) {
    const std::size_t begin = first + i * kParameterRange;
    body(begin, std::min(kParameterRange, end - begin));
  });
}

void sum_gradient(BatchPass& pass, std::size_t first, std::size_t count) {
  float* __restrict sum = pass.gradient(0).data() + first;
  for (std::size_t s = 1; s < pass.shards(); ++s) {
    const float* __restrict part = pass.gradient(s).data() + first;
    for (std::size_t i = 0; i < count; ++i) sum[i] += part[i];
  }
}

}  // namespace

bool all_finite(std::span<const float> values) {
  return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

OptimizerStep::OptimizerStep(const nn::MlpShape& shape, const TrainOptions& options)
    : moment1(nn::parameter_count(shape)),
      moment2(nn::parameter_count(shape)),
      adam_(options.adam) {
  if (options.optimizer != Optimizer::kMuon) return;
  matrices_ = nn::hidden_weights(shape);
  muon_.emplace(options.muon, matrices_, options.backend, options.precision);
}

void OptimizerStep::update(nn::Mlp<float>& mlp, BatchPass& pass, std::uint64_t step_number,
                           double learning_rate, core::ThreadPool& pool) {
  const std::size_t count = mlp.parameters().size();
  for_each_range(pool, 0, count,
                 [&](std::size_t first, std::size_t n) { sum_gradient(pass, first, n); });
  const auto adam = [&](std::size_t first, std::size_t end) {
    for_each_range(pool, first, end, [&](std::size_t begin, std::size_t n) {
      nn::adam_step<float>(adam_, step_number, learning_rate, pass.gradient(0).subspan(begin, n),
                           mlp.parameters().subspan(begin, n), std::span(moment1).subspan(begin, n),
                           std::span(moment2).subspan(begin, n));
    });
  };
  std::size_t rest = 0;
  for (const nn::WeightBlock& matrix : matrices_) {
    adam(rest, matrix.first);
    rest = matrix.first + matrix.size();
  }
  adam(rest, count);
  if (muon_) muon_->step(pool, learning_rate, pass.gradient(0), mlp.parameters(), moment1);
  if (!all_finite(mlp.parameters())) {
    throw core::DivergedError(fmt::format(
        "training: a weight is no longer finite after step {}; lower --lr", step_number));
  }
}

}  // namespace learn
