#include "doa/score_frames.h"

#include <algorithm>

namespace doa {

DirectionColumns::DirectionColumns(std::span<const Eigen::Vector3d> directions)
    : count(directions.size()) {
  const std::size_t padded_count = (count + kLanes - 1) / kLanes * kLanes;
  for (std::size_t i = 0; i < padded_count; ++i) {
    const Eigen::Vector3f d = directions[std::min(i, count - 1)].cast<float>();
    x.push_back(d.x());
    y.push_back(d.y());
    z.push_back(d.z());
  }
}

std::size_t highest_index(std::span<const double> scores) {
  return static_cast<std::size_t>(std::ranges::max_element(scores) - scores.begin());
}

std::size_t active_frames(const ScoreFrames& frames, const FrameRange& range) {
  std::size_t active = 0;
  for (std::size_t n = range.first; n < range.end; ++n) active += frames.active(n);
  return active;
}

std::vector<double> window_scores(const ScoreFrames& frames, const FrameRange& range,
                                  std::span<const Eigen::Matrix3d> R_pool_sensor,
                                  const DirectionColumns& directions, std::size_t step) {
  std::vector<double> sums(directions.count, 0.0);
  std::vector<float> scores(directions.padded());
  std::size_t active = 0;
  for (std::size_t n = range.first; n < range.end; ++n) {
    if (!frames.active(n) || active++ % step != 0) continue;
    frames.score(n, R_pool_sensor[n], directions, scores.data());
    for (std::size_t j = 0; j < directions.count; ++j) sums[j] += scores[j];
  }
  return sums;
}

}  // namespace doa
