#include "learn/sampler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/errors.h"
#include "core/random.h"

namespace learn {
namespace {

std::size_t frames_with_bins(const Dataset& dataset, const Interval& interval) {
  std::size_t frames = 0;
  for (std::size_t bin = interval.first_bin; bin < interval.end_bin; ++bin) {
    if (bin == interval.first_bin || dataset.frame[bin] != dataset.frame[bin - 1]) ++frames;
  }
  return frames;
}

}  // namespace

std::size_t break_point(const Dataset& dataset, const Interval& interval, double ratio) {
  // |I1| / |I2| = ratio, |I1| + |I2| = n
  const double bins = static_cast<double>(interval.end_bin - interval.first_bin);
  const std::size_t wanted =
      interval.first_bin + static_cast<std::size_t>(std::lround(bins * ratio / (1.0 + ratio)));
  const auto begin = dataset.frame.begin() + static_cast<std::ptrdiff_t>(interval.first_bin);
  const auto end = dataset.frame.begin() + static_cast<std::ptrdiff_t>(interval.end_bin);
  const std::uint32_t frame = dataset.frame[std::min(wanted, interval.end_bin - 1)];
  const auto range = std::equal_range(begin, end, frame);
  const auto below = static_cast<std::size_t>(range.first - dataset.frame.begin());
  const auto above = static_cast<std::size_t>(range.second - dataset.frame.begin());
  if (below == interval.first_bin) return above;
  if (above == interval.end_bin) return below;
  return wanted - below <= above - wanted ? below : above;
}

void choose_bins(std::size_t first, std::size_t end, std::size_t count, core::RandomStream& random,
                 std::vector<char>& marks, std::vector<std::uint32_t>& bins) {
  const std::size_t available = end - first;
  const bool all = count >= available;
  marks.assign(available, all ? 1 : 0);
  if (!all) {
    // Floyd's algorithm: all subsets of this size are equally likely (Bentley 1987).
    for (std::size_t last = available - count; last < available; ++last) {
      const std::size_t pick = random.index(last + 1);
      marks[marks[pick] != 0 ? last : pick] = 1;
    }
  }
  for (std::size_t i = 0; i < available; ++i) {
    if (marks[i] != 0) bins.push_back(static_cast<std::uint32_t>(first + i));
  }
}

Sampler::Sampler(const Dataset& dataset, const TrainOptions& options)
    : dataset_(&dataset), options_(options), epoch_(std::numeric_limits<std::uint64_t>::max()) {
  for (std::size_t i = 0; i < dataset.intervals.size(); ++i) {
    const Interval& interval = dataset.intervals[i];
    if (interval.end_bin - interval.first_bin >= options.min_bins &&
        frames_with_bins(dataset, interval) >= options.min_frames) {
      usable_.push_back(static_cast<std::uint32_t>(i));
    }
  }
  if (usable_.empty()) {
    throw core::InputError(fmt::format(
        "training data: none of {} intervals has at least {} bins in {} frames; record longer, or "
        "lower --floor-db of csl-features",
        dataset.intervals.size(), options.min_bins, options.min_frames));
  }
}

std::uint32_t Sampler::interval_at(std::uint64_t position) {
  const std::uint64_t epoch = position / usable_.size();
  if (epoch != epoch_) {
    order_ = usable_;
    core::RandomStream random(options_.seed, core::Purpose::kBatchOrder,
                              static_cast<std::uint32_t>(epoch));
    for (std::size_t i = order_.size(); i > 1; --i)
      std::swap(order_[i - 1], order_[random.index(i)]);
    epoch_ = epoch;
  }
  return order_[position % usable_.size()];
}

void Sampler::draw_slot(std::uint64_t step, std::uint32_t slot, std::uint32_t interval,
                        Batch& batch) {
  const Interval& range = dataset_->intervals[interval];
  const auto step32 = static_cast<std::uint32_t>(step);
  core::RandomStream break_random(options_.seed, core::Purpose::kBreakPoint, step32, slot);
  core::RandomStream bin_random(options_.seed, core::Purpose::kBinChoice, step32, slot);
  const double ratio = break_random.uniform(options_.min_split_ratio, options_.max_split_ratio);
  const std::size_t middle = break_point(*dataset_, range, ratio);
  const std::size_t half = options_.bins_per_interval == 0 ? std::numeric_limits<std::size_t>::max()
                                                           : options_.bins_per_interval / 2;
  const std::size_t before = batch.rows();
  choose_bins(range.first_bin, middle, half, bin_random, marks_, batch.bins);
  batch.interval.push_back(interval);
  batch.split.push_back(batch.rows() - before);
  choose_bins(middle, range.end_bin, half, bin_random, marks_, batch.bins);
  batch.first_row.push_back(batch.rows());
}

void Sampler::draw(std::uint64_t step, Batch& batch) {
  batch.interval.clear();
  batch.split.clear();
  batch.bins.clear();
  batch.first_row.assign(1, 0);
  for (std::uint32_t slot = 0; slot < options_.batch; ++slot) {
    draw_slot(step, slot, interval_at(step * options_.batch + slot), batch);
  }
  batch.stft.resize(batch.rows() * dataset_->microphones);
  dataset_->gather_stft(batch.bins, batch.stft);
  batch.frequency.resize(batch.rows());
  std::ranges::transform(batch.bins, batch.frequency.begin(),
                         [this](std::uint32_t bin) { return dataset_->frequency[bin]; });
}

}  // namespace learn
