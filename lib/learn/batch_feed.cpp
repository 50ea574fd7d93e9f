#include "learn/batch_feed.h"

#include <system_error>
#include <utility>

#include "core/log.h"

namespace learn {

BatchFeed::BatchFeed(const Dataset& dataset, const TrainOptions& options, int threads)
    : sampler_(dataset, options) {
  if (threads <= 1) return;
  try {
    worker_ = std::thread([this] { work(); });
  } catch (const std::system_error& error) {
    core::log_warning("batches are not drawn ahead: no thread could be started: {}", error.what());
  }
}

BatchFeed::~BatchFeed() {
  if (!worker_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  worker_.join();
}

void BatchFeed::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stop_ || wanted_; });
    if (stop_) return;
    const std::uint64_t step = *wanted_;
    lock.unlock();
    std::exception_ptr error;
    try {
      sampler_.draw(step, batches_[step % 2]);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    error_ = error;
    wanted_.reset();
    changed_.notify_all();
  }
}

void BatchFeed::begin(std::uint64_t step) {
  {
    const std::scoped_lock lock(mutex_);
    wanted_ = step;
  }
  drawn_step_ = step;
  changed_.notify_all();
}

void BatchFeed::wait_for_worker() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !wanted_; });
  const std::exception_ptr error = std::exchange(error_, nullptr);
  if (!error) return;
  drawn_step_.reset();
  std::rethrow_exception(error);
}

const Batch& BatchFeed::next(std::uint64_t step) {
  Batch& batch = batches_[step % 2];
  if (!worker_.joinable()) {
    sampler_.draw(step, batch);
    return batch;
  }
  wait_for_worker();
  if (drawn_step_ != step) sampler_.draw(step, batch);
  begin(step + 1);
  return batch;
}

}  // namespace learn
