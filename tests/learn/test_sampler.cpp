#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "core/errors.h"
#include "learn/sampler.h"
#include "learn/synthetic.h"

namespace {

learn::Dataset small_dataset(std::size_t intervals, std::size_t bins = 600) {
  synthetic::Options options;
  options.intervals = intervals;
  options.frames = 100;
  options.bins_per_interval = bins;
  return synthetic::make_dataset(options);
}

}  // namespace

TEST_CASE("a break falls between frames, near the wanted ratio", "[sampler]") {
  const learn::Dataset data = small_dataset(2);
  for (const learn::Interval& interval : data.intervals) {
    for (double ratio = 0.2; ratio <= 0.8; ratio += 0.05) {
      const std::size_t middle = learn::break_point(data, interval, ratio);
      REQUIRE(middle > interval.first_bin);
      REQUIRE(middle < interval.end_bin);
      CHECK(data.frame[middle - 1] < data.frame[middle]);
      const double first = static_cast<double>(middle - interval.first_bin);
      const double share = first / static_cast<double>(interval.end_bin - interval.first_bin);
      // A frame has 6 of 600 bins: the nearest border is at most 3 bins away.
      CHECK(std::abs(share - ratio / (1.0 + ratio)) <= 3.5 / 600.0);
    }
  }
}

TEST_CASE("a break leaves bins on both sides, also of two frames", "[sampler]") {
  learn::Dataset data = small_dataset(1);
  for (std::size_t i = 0; i < data.bins(); ++i) data.frame[i] = i < 590 ? 3 : 7;
  CHECK(learn::break_point(data, data.intervals[0], 0.2) == 590);
  for (std::size_t i = 0; i < data.bins(); ++i) data.frame[i] = i < 5 ? 3 : 7;
  CHECK(learn::break_point(data, data.intervals[0], 0.8) == 5);
}

TEST_CASE("every bin is as likely as any other", "[sampler]") {
  constexpr std::size_t kAvailable = 40;
  constexpr std::size_t kCount = 15;
  constexpr int kDraws = 4000;
  std::vector<int> hits(kAvailable);
  std::vector<char> marks;
  for (int draw = 0; draw < kDraws; ++draw) {
    core::RandomStream random(8, core::Purpose::kTest, static_cast<std::uint32_t>(draw));
    std::vector<std::uint32_t> bins;
    learn::choose_bins(100, 100 + kAvailable, kCount, random, marks, bins);
    REQUIRE(bins.size() == kCount);
    REQUIRE(std::set<std::uint32_t>(bins.begin(), bins.end()).size() == kCount);
    for (const std::uint32_t bin : bins) ++hits[bin - 100];
  }
  // Chi-squared over 40 bins; sampling without replacement narrows the spread by (1 - 15/40).
  const double expected = kDraws * static_cast<double>(kCount) / kAvailable;
  const double variance = expected * (1.0 - static_cast<double>(kCount) / kAvailable);
  double chi_squared = 0.0;
  for (const int count : hits) chi_squared += (count - expected) * (count - expected) / variance;
  // 39 degrees of freedom: 0.1 % above 72.1; the draw is fixed, so this never flickers.
  CHECK(chi_squared < 72.1);
}

TEST_CASE("each epoch visits every usable interval once and the short ones never", "[sampler]") {
  learn::Dataset data = small_dataset(7);
  data.intervals[2].end_bin = data.intervals[2].first_bin + 30;  // too few bins
  learn::TrainOptions options;
  options.batch = 3;
  options.bins_per_interval = 20;
  learn::Sampler sampler(data, options);
  CHECK(sampler.usable() == 6);
  CHECK(sampler.skipped() == 1);
  learn::Batch batch;
  std::vector<std::uint32_t> first_order;
  for (std::uint64_t epoch = 0; epoch < 4; ++epoch) {
    std::vector<std::uint32_t> seen;
    for (std::uint64_t step = 2 * epoch; step < 2 * epoch + 2; ++step) {
      sampler.draw(step, batch);
      seen.insert(seen.end(), batch.interval.begin(), batch.interval.end());
    }
    if (epoch == 0) first_order = seen;
    if (epoch == 1) CHECK(seen != first_order);
    std::ranges::sort(seen);
    CHECK(seen == std::vector<std::uint32_t>{0, 1, 3, 4, 5, 6});
  }
}

TEST_CASE("a batch splits each interval in time and can be drawn again", "[sampler]") {
  const learn::Dataset data = small_dataset(5);
  learn::TrainOptions options;
  options.batch = 4;
  options.bins_per_interval = 100;
  learn::Sampler sampler(data, options);
  learn::Batch batch;
  sampler.draw(9, batch);
  REQUIRE(batch.rows() == batch.first_row.back());
  for (std::size_t slot = 0; slot < 4; ++slot) {
    const learn::Interval& interval = data.intervals[batch.interval[slot]];
    const std::size_t first = batch.first_row[slot];
    const std::size_t middle = first + batch.split[slot];
    const std::size_t end = batch.first_row[slot + 1];
    CHECK(batch.split[slot] == 50);
    CHECK(end - middle == 50);
    CHECK(batch.bins[first] >= interval.first_bin);
    CHECK(batch.bins[end - 1] < interval.end_bin);
    CHECK(data.frame[batch.bins[middle - 1]] < data.frame[batch.bins[middle]]);
  }
  learn::Batch other;
  sampler.draw(10, other);
  CHECK(other.bins != batch.bins);
  learn::Sampler(data, options).draw(9, other);
  CHECK(other.bins == batch.bins);
}

TEST_CASE("--bins-per-interval 0 takes every bin", "[sampler]") {
  const learn::Dataset data = small_dataset(2);
  learn::TrainOptions options;
  options.batch = 2;
  options.bins_per_interval = 0;
  learn::Sampler sampler(data, options);
  learn::Batch batch;
  sampler.draw(0, batch);
  CHECK(batch.rows() == data.bins());
}

TEST_CASE("data without a usable interval are refused", "[sampler]") {
  const learn::Dataset data = small_dataset(3, 40);
  CHECK_THROWS_AS(learn::Sampler(data, learn::TrainOptions{}), core::InputError);
  CHECK_THROWS_AS(learn::Sampler(learn::Dataset{}, learn::TrainOptions{}), core::InputError);
}

TEST_CASE("each slot has a break of its own, and each epoch an order of its own", "[sampler]") {
  const learn::Dataset data = small_dataset(6);
  learn::TrainOptions options;
  options.batch = 6;
  options.bins_per_interval = 0;
  learn::Sampler sampler(data, options);
  learn::Batch batch;
  std::set<std::size_t> splits;
  std::vector<int> at_home(6, 0);
  constexpr int kEpochs = 300;
  for (std::uint64_t epoch = 0; epoch < kEpochs; ++epoch) {
    sampler.draw(epoch, batch);
    if (epoch == 0) splits.insert(batch.split.begin(), batch.split.end());
    for (std::size_t slot = 0; slot < 6; ++slot) at_home[slot] += batch.interval[slot] == slot;
  }
  // All intervals have the same bins: one break for all would give one split.
  CHECK(splits.size() >= 4);
  // In a random order an interval keeps its place in a sixth of the epochs: 50, deviation 6.5.
  for (const int count : at_home) CHECK(std::abs(count - kEpochs / 6) < 26);
}
