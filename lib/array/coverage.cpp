#include "array/coverage.h"

#include <algorithm>
#include <cmath>

#include "core/units.h"
#include "so3/grid.h"

namespace array {

Gap largest_gap(std::span<const Eigen::Vector3d> direction) {
  constexpr std::size_t kPlaces = 4000;  // 3.6 degrees apart
  const double far_cosine = std::cos(core::degrees_to_radians(15.0));
  Gap gap;
  double smallest_cosine = 2.0;
  std::size_t far = 0;
  for (const Eigen::Vector3d& place : so3::fibonacci_grid(kPlaces)) {
    double cosine = -1.0;
    for (const Eigen::Vector3d& d : direction) cosine = std::max(cosine, d.dot(place));
    if (cosine < far_cosine) ++far;
    if (cosine >= smallest_cosine) continue;
    smallest_cosine = cosine;
    gap.center = place;
  }
  gap.angle_rad = std::acos(std::clamp(smallest_cosine, -1.0, 1.0));
  gap.far_share = static_cast<double>(far) / kPlaces;
  return gap;
}

}  // namespace array
