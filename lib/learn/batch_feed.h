/// Batches drawn ahead of time: while a step computes, the bins of the next step are chosen and
/// read.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "learn/sampler.h"

namespace learn {

/// Draws batches on one thread of its own, which lives as long as the feed. Where only one thread
/// is allowed, next() draws on the calling thread. The batches are the same in both cases.
class BatchFeed {
 public:
  /// @param dataset  must outlive the feed
  /// @param threads  number of threads that training may use; 1: the feed starts no thread
  /// @throws core::InputError as Sampler
  BatchFeed(const Dataset& dataset, const TrainOptions& options, int threads);
  ~BatchFeed();
  BatchFeed(const BatchFeed&) = delete;
  BatchFeed& operator=(const BatchFeed&) = delete;

  const Sampler& sampler() const { return sampler_; }

  /// The batch of a step, valid until the next call. It depends on the step only, not on earlier
  /// calls. With a thread of its own, the feed then begins the batch of the following step.
  /// @throws core::IoError if bins cannot be read
  const Batch& next(std::uint64_t step);

 private:
  void work();
  void begin(std::uint64_t step);
  void wait_for_worker();

  Sampler sampler_;                          ///< used by the worker while `wanted_` has a value
  std::array<Batch, 2> batches_;             ///< of even and of odd steps
  std::optional<std::uint64_t> drawn_step_;  ///< step that was begun last, if its batch is usable

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<std::uint64_t> wanted_;  ///< step that the worker draws
  bool stop_ = false;
  std::exception_ptr error_;  ///< of the step begun last
  std::thread worker_;
};

}  // namespace learn
