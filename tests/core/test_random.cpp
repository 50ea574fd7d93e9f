#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <vector>

#include "core/random.h"

using core::Purpose;
using core::RandomStream;

TEST_CASE(
    "a random stream repeats its numbers, and streams of other seed, purpose or place differ") {
  RandomStream first(1, Purpose::kTest, 2, 3);
  RandomStream again(1, Purpose::kTest, 2, 3);
  for (int i = 0; i < 10; ++i) CHECK(first.next() == again.next());
  std::set<std::uint32_t> starts = {RandomStream(1, Purpose::kTest, 2, 3).next(),
                                    RandomStream(2, Purpose::kTest, 2, 3).next(),
                                    RandomStream(1, Purpose::kSessionRoom, 2, 3).next(),
                                    RandomStream(1, Purpose::kTest, 3, 3).next(),
                                    RandomStream(1, Purpose::kTest, 2, 4).next(),
                                    RandomStream(1ULL << 32, Purpose::kTest, 2, 3).next()};
  CHECK(starts.size() == 6);
}

TEST_CASE("Philox4x32-10 gives the published words for zero key and counter") {
  // Salmon et al., known-answer test: counter 0, key 0.
  RandomStream random(0, Purpose::kTest, 0, 0);
  CHECK(random.next() == 0x6627e8d5U);
  CHECK(random.next() == 0xe169c58dU);
  CHECK(random.next() == 0xbc57ac4cU);
  CHECK(random.next() == 0x9b00dbd8U);
}

TEST_CASE("uniform(), index() and normal() have the mean and variance of their distributions") {
  RandomStream random(5, Purpose::kTest);
  constexpr int kDraws = 40000;
  double sum = 0.0;
  double normal_sum = 0.0;
  double normal_square = 0.0;
  std::vector<int> counts(7, 0);
  for (int i = 0; i < kDraws; ++i) {
    const double u = random.uniform();
    REQUIRE((u >= 0.0 && u < 1.0));
    sum += u;
    const double n = random.normal();
    normal_sum += n;
    normal_square += n * n;
    ++counts[random.index(7)];
  }
  // Five standard errors: 1 / sqrt(12 n), 1 / sqrt(n), sqrt(2 / n), sqrt(n p (1 - p)).
  const double root = std::sqrt(static_cast<double>(kDraws));
  CHECK(std::abs(sum / kDraws - 0.5) < 5.0 / (std::sqrt(12.0) * root));
  CHECK(std::abs(normal_sum / kDraws) < 5.0 / root);
  CHECK(std::abs(normal_square / kDraws - 1.0) < 5.0 * std::sqrt(2.0) / root);
  for (const int count : counts) {
    CHECK(std::abs(count - kDraws / 7.0) < 5.0 * std::sqrt(kDraws * (1.0 / 7.0) * (6.0 / 7.0)));
  }
}
