#include "core/parallel.h"

#include <sched.h>

#include <algorithm>
#include <system_error>

#include "core/log.h"

namespace core {

int available_threads() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

ThreadPool::ThreadPool(int threads) {
  const int total = threads > 0 ? threads : available_threads();
  workers_.reserve(static_cast<std::size_t>(total) - 1);
  try {
    for (int i = 1; i < total; ++i) workers_.emplace_back([this] { work(); });
  } catch (const std::system_error& error) {
    // Results do not depend on the number of threads, so the work goes on with those that exist.
    log_warning("only {} of {} threads could be started: {}", workers_.size() + 1, total,
                error.what());
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  start_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::for_each_shard(std::size_t shards, const std::function<void(std::size_t)>& body) {
  {
    const std::lock_guard lock(mutex_);
    body_ = &body;
    shards_ = shards;
    next_shard_ = 0;
    error_ = nullptr;
    busy_ = threads();
    ++job_;
  }
  start_.notify_all();
  run_shards();
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return busy_ == 0; });
  body_ = nullptr;
  if (error_) std::rethrow_exception(error_);
}

void ThreadPool::work() {
  std::size_t seen_job = 0;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      start_.wait(lock, [&] { return stop_ || job_ != seen_job; });
      if (stop_) return;
      seen_job = job_;
    }
    run_shards();
  }
}

void ThreadPool::run_shards() {
  std::unique_lock lock(mutex_);
  while (next_shard_ < shards_) {
    const std::size_t shard = next_shard_++;
    lock.unlock();
    std::exception_ptr error;
    try {
      (*body_)(shard);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    if (error && (!error_ || shard < error_shard_)) {
      error_ = error;
      error_shard_ = shard;
      next_shard_ = shards_;  // nothing new is started after a failure
    }
  }
  if (--busy_ == 0) done_.notify_one();
}

}  // namespace core
