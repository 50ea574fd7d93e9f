#include "doa/direction_search.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/units.h"
#include "doa/smooth_peak.h"

namespace doa {
namespace {

/// A summed score on the way from the lowest to the highest possible one; 0 for scores without
/// bounds.
double share_of(double summed_score, const ScoreFrames& frames, const FrameRange& range) {
  ScoreBounds sum;
  for (std::size_t n = range.first; n < range.end; ++n) {
    if (!frames.active(n)) continue;
    const ScoreBounds frame = frames.bounds(n);
    sum.lowest += frame.lowest;
    sum.highest += frame.highest;
  }
  if (!(sum.highest > sum.lowest)) return 0.0;
  return std::clamp((summed_score - sum.lowest) / (sum.highest - sum.lowest), 0.0, 1.0);
}

/// Two rings of eight directions around a center. The inner ring has half the radius and is turned
/// by half a step.
std::vector<Eigen::Vector3d> rings_around(const Eigen::Vector3d& center, double radius_rad) {
  const Eigen::Vector3d u = center.unitOrthogonal();
  const Eigen::Vector3d v = center.cross(u);
  std::vector<Eigen::Vector3d> points;
  for (int i = 0; i < 16; ++i) {
    const double azimuth = std::numbers::pi / 8.0 * static_cast<double>(i);
    const double angle = i % 2 == 0 ? radius_rad : 0.5 * radius_rad;
    points.push_back(std::cos(angle) * center +
                     std::sin(angle) * (std::cos(azimuth) * u + std::sin(azimuth) * v));
  }
  return points;
}

/// Maps of the frames that moving sums still have to subtract.
class MapRing {
 public:
  MapRing(std::size_t maps, std::size_t points) : points_(points), data_(maps * points) {}
  float* at(std::size_t frame) { return &data_[frame % (data_.size() / points_) * points_]; }

 private:
  std::size_t points_;
  std::vector<float> data_;
};

/// Moving sum of maps for one window length.
struct MovingSum {
  std::vector<double> map;
  std::size_t next_window = 0;
  std::size_t first = 0;  ///< first frame in the sum

  void add(const float* scores, double sign) {
    for (std::size_t j = 0; j < map.size(); ++j) map[j] += sign * static_cast<double>(scores[j]);
  }
};

std::size_t longest_window(std::span<const MovingWindows> windows) {
  std::size_t longest = 1;
  for (const MovingWindows& w : windows) {
    // The window "full" never subtracts a frame, so its maps need not be kept.
    if (w.size() > 1) longest = std::max(longest, w.range(0).count() + 1);
  }
  return longest;
}

}  // namespace

DirectionSearch::DirectionSearch(std::span<const Eigen::Vector3d> grid, double step_deg)
    : points_(grid.begin(), grid.end()),
      columns_(grid),
      step_deg_(step_deg),
      spacing_rad_(std::sqrt(4.0 * std::numbers::pi / static_cast<double>(grid.size()))) {}

void DirectionSearch::visit_windows(const ScoreFrames& frames,
                                    std::span<const MovingWindows> windows,
                                    std::span<const Eigen::Matrix3d> R_pool_sensor,
                                    const VisitWindow& visit) const {
  std::vector<MovingSum> sums(windows.size(), {std::vector<double>(points_.size(), 0.0)});
  MapRing ring(longest_window(windows), columns_.padded());
  for (std::size_t n = 0; n < R_pool_sensor.size(); ++n) {
    float* map = ring.at(n);
    if (frames.active(n)) {
      frames.score(n, R_pool_sensor[n], columns_, map);
    } else {
      std::fill(map, map + columns_.padded(), 0.0f);
    }
    for (std::size_t w = 0; w < windows.size(); ++w) {
      MovingSum& sum = sums[w];
      if (sum.next_window == windows[w].size()) continue;
      const FrameRange range = windows[w].range(sum.next_window);
      // The sum holds frames sum.first to n - 1. Frames that left the window are subtracted, then
      // frame n is added.
      for (; sum.first < std::min(range.first, n); ++sum.first) sum.add(ring.at(sum.first), -1.0);
      if (n < range.first) {
        sum.first = n + 1;
        continue;
      }
      sum.add(map, 1.0);
      if (n + 1 < range.end) continue;
      visit(w, sum.next_window, sum.map);
      ++sum.next_window;
    }
  }
}

Eigen::Vector3d DirectionSearch::smooth_search_map(
    std::span<const double> map, const ScoreFrames& frames, const FrameRange& range,
    std::span<const Eigen::Matrix3d> R_pool_sensor) const {
  if (active_frames(frames, range) == 0) return Eigen::Vector3d::Zero();
  const double last_rad = core::degrees_to_radians(step_deg_);
  return smooth_peak(frames, range, R_pool_sensor, map_peak(points_, spacing_rad_, map),
                     0.3 * spacing_rad_, last_rad);
}

FoundDirection DirectionSearch::search_map(std::span<const double> map, const ScoreFrames& frames,
                                           const FrameRange& range,
                                           std::span<const Eigen::Matrix3d> R_pool_sensor) const {
  FoundDirection found;
  const std::size_t active = active_frames(frames, range);
  if (active == 0) return found;
  const std::size_t highest = highest_index(map.first(points_.size()));
  found.grid_direction = points_[highest];
  found.direction = found.grid_direction;
  const double score = climb(frames, range, R_pool_sensor, map[highest], spacing_rad_, found);
  found.score = score / static_cast<double>(active);
  found.share = share_of(score, frames, range);
  return found;
}

FoundDirection DirectionSearch::search_near(const ScoreFrames& frames, const FrameRange& range,
                                            std::span<const Eigen::Matrix3d> R_pool_sensor,
                                            const Eigen::Vector3d& start, double radius_rad) const {
  FoundDirection found;
  const std::size_t active = active_frames(frames, range);
  if (active == 0) return found;
  found.grid_direction = start;
  found.direction = start;
  const std::vector<Eigen::Vector3d> only = {start};
  const double first = window_scores(frames, range, R_pool_sensor, DirectionColumns(only))[0];
  const double score = climb(frames, range, R_pool_sensor, first, radius_rad, found);
  found.score = score / static_cast<double>(active);
  found.share = share_of(score, frames, range);
  return found;
}

double DirectionSearch::climb(const ScoreFrames& frames, const FrameRange& range,
                              std::span<const Eigen::Matrix3d> R_pool_sensor, double best,
                              double radius_rad, FoundDirection& found) const {
  const double last_rad = core::degrees_to_radians(step_deg_);
  // Each round moves to the best of sixteen points if it is better than the center, then shrinks
  // their distance to 0.45 of it.
  while (step_deg_ > 0.0 && radius_rad >= last_rad) {
    const std::vector<Eigen::Vector3d> points = rings_around(found.direction, radius_rad);
    const std::vector<double> scores =
        window_scores(frames, range, R_pool_sensor, DirectionColumns(points));
    const std::size_t better = highest_index(scores);
    if (scores[better] > best) {
      best = scores[better];
      found.direction = points[better].normalized();
    }
    radius_rad *= 0.45;
  }
  return best;
}

}  // namespace doa
