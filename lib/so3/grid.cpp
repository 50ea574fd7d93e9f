#include "so3/grid.h"

#include <cmath>
#include <numbers>

namespace so3 {

std::vector<Eigen::Vector3d> fibonacci_grid(std::size_t count) {
  const double golden_angle_rad = std::numbers::pi * (3.0 - std::sqrt(5.0));
  std::vector<Eigen::Vector3d> points(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double z = 1.0 - (2.0 * static_cast<double>(i) + 1.0) / static_cast<double>(count);
    const double radius = std::sqrt(1.0 - z * z);
    const double azimuth = golden_angle_rad * static_cast<double>(i);
    points[i] = {radius * std::cos(azimuth), radius * std::sin(azimuth), z};
  }
  return points;
}

}  // namespace so3
