/// Choice of intervals, break points and bins of a step (C-SL paper, algorithm 1, lines 3 to 5).
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/random.h"
#include "learn/dataset.h"
#include "learn/train_options.h"

namespace learn {

/// Bins of one step: for each slot the bins of sub-interval 1, then those of sub-interval 2.
struct Batch {
  std::vector<std::uint32_t> interval;    ///< [slots], index into Dataset::intervals
  std::vector<std::size_t> first_row;     ///< [slots + 1], where each slot's rows start
  std::vector<std::size_t> split;         ///< [slots], rows of sub-interval 1
  std::vector<std::uint32_t> bins;        ///< [rows], index into the Dataset's bins
  std::vector<std::complex<float>> stft;  ///< [rows, microphones], of these bins
  std::vector<std::uint16_t> frequency;   ///< [rows], of these bins

  std::size_t rows() const { return bins.size(); }
};

/// Bin at which an interval is broken in two: |I1| / |I2| as near `ratio` as the borders of frames
/// allow (a frame is never in both). @return  a bin in (first_bin, end_bin)
std::size_t break_point(const Dataset& dataset, const Interval& interval, double ratio);

/// Appends a uniformly random subset of [first, end), ascending; all of it if `count` is not
/// smaller.
/// @param marks  scratch
void choose_bins(std::size_t first, std::size_t end, std::size_t count, core::RandomStream& random,
                 std::vector<char>& marks, std::vector<std::uint32_t>& bins);

/// Draws batches. A draw depends only on seed and step: any step can be drawn at any time.
/// Each epoch visits every usable interval once, in a new order.
class Sampler {
 public:
  /// @throws core::InputError if no interval is long enough
  Sampler(const Dataset& dataset, const TrainOptions& options);

  std::size_t usable() const { return usable_.size(); }
  std::size_t skipped() const { return dataset_->intervals.size() - usable_.size(); }

  /// The batch of step `step` = 0, 1, ... @throws core::IoError if its bins cannot be read
  void draw(std::uint64_t step, Batch& batch);

 private:
  std::uint32_t interval_at(std::uint64_t position);
  void draw_slot(std::uint64_t step, std::uint32_t slot, std::uint32_t interval, Batch& batch);

  const Dataset* dataset_;
  TrainOptions options_;
  std::vector<std::uint32_t> usable_;
  std::vector<std::uint32_t> order_;  ///< usable_ in the order of epoch_
  std::uint64_t epoch_;
  std::vector<char> marks_;
};

}  // namespace learn
