/// Parallel work in a fixed number of shards. Results never depend on the number of threads.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace core {

/// Number of threads that this process may use: the size of its affinity mask, which may be less
/// than the number of cores.
int available_threads();

/// A fixed set of threads that run the shards of one job at a time. The calling thread works, too.
class ThreadPool {
 public:
  /// If the system refuses some of the threads, the pool warns and works with the others.
  /// @param threads  number of threads with the calling thread; 0: available_threads()
  explicit ThreadPool(int threads = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  /// Calls body(shard) once for each shard in [0, shards), in any order, and waits for all of them.
  /// After an exception no further shard starts. When all running shards have ended, the exception
  /// of the lowest shard is rethrown. A body must not call this method.
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

/// Makes the items 0 to count - 1 in parallel and consumes them in order on the calling thread.
/// At most four items per thread exist at a time, so that memory does not grow with count.
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
