#include "array/scale.h"

#include <fmt/format.h>

#include <algorithm>

namespace array {
namespace {

constexpr double kLargeSpan_m = 1.0;
constexpr double kSmallSpan_m = 0.005;

}  // namespace

double span_m(std::span<const Eigen::Vector3d> position_m) {
  double largest = 0.0;
  for (const Eigen::Vector3d& a : position_m) {
    for (const Eigen::Vector3d& b : position_m) largest = std::max(largest, (a - b).norm());
  }
  return largest;
}

std::string scale_question(std::span<const Eigen::Vector3d> position_m) {
  const double span = span_m(position_m);
  if (position_m.size() < 2 || span == 0.0) return "";
  if (span > kLargeSpan_m) {
    return fmt::format(
        "the microphones are up to {:.4g} m apart: are the positions in centimeters or "
        "millimeters? They are read as meters",
        span);
  }
  if (span < kSmallSpan_m) {
    return fmt::format(
        "the microphones are at most {:.4g} mm apart: are the positions 100 or 1000 times too "
        "small? They are read as meters",
        1e3 * span);
  }
  return "";
}

}  // namespace array
