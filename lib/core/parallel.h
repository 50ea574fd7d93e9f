/// Work in a fixed number of shards: results never depend on how many threads there are.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace core {

/// Threads this process may use: the scheduler's affinity mask, not the machine's core count.
int available_threads();

/// A fixed set of threads that run shards of one job at a time; the caller works as one of them.
class ThreadPool {
 public:
  /// @param threads  total, the calling thread included; 0 means available_threads()
  explicit ThreadPool(int threads = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  /// Calls body(shard) once for each shard in [0, shards), in any order, and waits for all of them.
  /// The first exception (by shard number) is rethrown after every running shard has ended.
  /// Not to be called from inside a body.
  void for_each_shard(std::size_t shards, const std::function<void(std::size_t)>& body);

 private:
  void work();
  void run_shards();

  std::mutex mutex_;
  std::condition_variable start_;
  std::condition_variable done_;
  const std::function<void(std::size_t)>* body_ = nullptr;
  std::size_t shards_ = 0;
  std::size_t next_shard_ = 0;
  std::size_t job_ = 0;
  int busy_ = 0;
  bool stop_ = false;
  std::exception_ptr error_;
  std::size_t error_shard_ = 0;
  std::vector<std::thread> workers_;
};

/// Makes items 0..count-1 in parallel and consumes them in order on the calling thread.
/// At most a few items per thread are alive at once, so memory does not grow with count.
/// @param make     Item make(std::size_t index), called from any thread
/// @param consume  void consume(std::size_t index, Item&& item), called in order
template <typename Item, typename Make, typename Consume>
void ordered_pipeline(ThreadPool& pool, std::size_t count, Make make, Consume consume) {
  const std::size_t batch = static_cast<std::size_t>(pool.threads()) * 4;
  for (std::size_t first = 0; first < count; first += batch) {
    const std::size_t items = std::min(batch, count - first);
    std::vector<std::optional<Item>> slots(items);
    pool.for_each_shard(items, [&](std::size_t i) { slots[i].emplace(make(first + i)); });
    for (std::size_t i = 0; i < items; ++i) consume(first + i, std::move(*slots[i]));
  }
}

}  // namespace core
