#include "doa/ambiguity.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/units.h"

namespace doa {
namespace {

/// Radius of the local search for the best of the rivals, degrees.
constexpr double kRadius_deg = 5.0;

}  // namespace

double contrast(const array::Shape& shape, const DirectionSearch& search,
                std::span<const double> map, const ScoreFrames& frames, const FrameRange& range,
                std::span<const Eigen::Matrix3d> R_pool_sensor, const Eigen::Matrix3d& R_center,
                const FoundDirection& found) {
  if (found.direction.isZero(0.0)) return 1.0;
  std::vector<Eigen::Vector3d> rivals =
      array::rivals(shape, R_center.transpose() * found.direction);
  if (rivals.empty()) return 1.0;
  for (Eigen::Vector3d& rival : rivals) rival = R_center * rival;
  const std::vector<double> scores =
      window_scores(frames, range, R_pool_sensor, DirectionColumns(rivals));
  const double rival = search
                           .search_near(frames, range, R_pool_sensor, rivals[highest_index(scores)],
                                        core::degrees_to_radians(kRadius_deg))
                           .score;
  const auto active = static_cast<double>(active_frames(frames, range));
  const std::span<const double> grid = map.first(search.grid().count);
  const double mean =
      std::accumulate(grid.begin(), grid.end(), 0.0) / static_cast<double>(grid.size()) / active;
  return std::clamp((found.score - rival) / (found.score - mean), 0.0, 1.0);
}

bool side_is_known(const array::Shape& shape, const std::optional<Eigen::Vector3d>& half_space) {
  constexpr double kAlong = 0.1;  // a half space along the plane says nothing of its sides
  return shape.extent == array::Extent::kPlane && half_space &&
         std::abs(half_space->dot(shape.axis)) > kAlong;
}

}  // namespace doa
