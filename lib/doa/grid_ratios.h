/// Density ratios of a frame's bins at the points of a grid, kept for all windows that hold the
/// frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "doa/score_frames.h"

namespace doa {

/// Ratios beyond 2^80 or below 2^-80 are as decisive as these, bits.
inline constexpr float kMostRatioBits = 80.0F;

/// The ratios of one frame, in blocks of DirectionColumns::kLanes points. They choose between
/// candidates, so eight bits of precision are enough: each is the upper half of a float.
class GridRatios {
 public:
  bool empty() const { return value_.empty(); }
  void clear() { value_.clear(); }
  /// Appends the next block. @param log_ratio  log2 of the ratios, [bins, kLanes]
  void append(std::size_t bins, const float* log_ratio);

  /// Adds to the scores of the points of some blocks: the sum over bins of
  /// weight log2(rest + share ratio).
  /// @param weight, rest  of the frame's bins, as many as were appended; rest > 0
  /// @param scores        [chosen blocks, kLanes]
  void add_scores(std::span<const std::size_t> blocks, std::span<const float> weight,
                  std::span<const float> rest, float share, double* scores) const;

 private:
  std::vector<std::uint16_t> value_;  ///< [blocks, bins, kLanes]
};

/// What a search needs of a frame for all windows that hold it.
struct FrameMap {
  std::vector<float> scores;  ///< of the grid's points; the sum over a window's frames is its map
  GridRatios ratios;          ///< MixtureSearch only
  std::shared_ptr<const ScoreFrames> frame;  ///< BaselineLocalizer only: this frame alone
};

}  // namespace doa
