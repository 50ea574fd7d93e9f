#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/parallel.h"

TEST_CASE("every shard runs once, whatever the number of threads") {
  for (const int threads : {1, 2, 3, 8}) {
    core::ThreadPool pool(threads);
    CHECK(pool.threads() == threads);
    for (const std::size_t shards : {0U, 1U, 5U, 1000U}) {
      std::vector<std::atomic<int>> runs(shards);
      pool.for_each_shard(shards, [&](std::size_t i) { ++runs[i]; });
      for (const auto& count : runs) CHECK(count == 1);
    }
  }
}

TEST_CASE("a shard's exception reaches the caller and the pool stays usable") {
  core::ThreadPool pool(3);
  CHECK_THROWS_AS(pool.for_each_shard(50,
                                      [](std::size_t i) {
                                        if (i == 7) throw std::runtime_error("seven");
                                      }),
                  std::runtime_error);
  std::atomic<int> runs{0};
  pool.for_each_shard(10, [&](std::size_t) { ++runs; });
  CHECK(runs == 10);
}

TEST_CASE("a pipeline consumes in order") {
  core::ThreadPool pool(4);
  std::vector<std::string> consumed;
  core::ordered_pipeline<std::string>(
      pool, 100, [](std::size_t i) { return std::to_string(i * i); },
      [&](std::size_t i, std::string&& item) {
        CHECK(i == consumed.size());
        consumed.push_back(std::move(item));
      });
  REQUIRE(consumed.size() == 100);
  CHECK(consumed[99] == "9801");
}
