/// Batches made ahead: while a step computes, the bins of the next are chosen and fetched.
#pragma once

#include <array>
#include <cstdint>
#include <future>

#include "learn/sampler.h"

namespace learn {

class BatchFeed {
 public:
  /// @throws core::InputError as Sampler
  BatchFeed(const Dataset& dataset, const TrainOptions& options) : sampler_(dataset, options) {}
  ~BatchFeed();
  BatchFeed(const BatchFeed&) = delete;
  BatchFeed& operator=(const BatchFeed&) = delete;

  const Sampler& sampler() const { return sampler_; }

  /// The batch of a step, valid until the next call; the following one is begun in the background.
  /// Which steps were asked for before does not change it.
  /// @throws core::IoError if bins cannot be read
  const Batch& next(std::uint64_t step);

 private:
  Sampler sampler_;
  std::array<Batch, 2> batches_;
  std::uint64_t ready_step_ = 0;  ///< of the batch in the making, if there is one
  std::future<void> making_;
};

}  // namespace learn
