#include "localize/known_array.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "core/units.h"

namespace localize {
namespace {

constexpr double kTurn_deg = 10.0;

}  // namespace

session::Ambiguity ambiguity_of(array::Extent extent) {
  return extent == array::Extent::kLine ? session::Ambiguity::kCone : session::Ambiguity::kSide;
}

void set_ambiguous(const KnownArraySetup& array, session::Estimate& estimate) {
  estimate.ambiguity = ambiguity_of(array.shape.extent);
  const Eigen::Vector3d side = array.half_space.value_or(array::default_side(array.shape));
  const auto replace = [&](Eigen::Vector3d& sensor, Eigen::Vector3d& world) {
    sensor = array::representative(array.shape, sensor, side);
    world = estimate.q_world_sensor * sensor;
  };
  replace(estimate.direction_sensor, estimate.direction_world);
  for (session::Peak& peak : estimate.peaks) replace(peak.direction_sensor, peak.direction_world);
}

bool turns(const array::Shape& shape, std::span<const Eigen::Matrix3d> R_pool_sensor,
           const doa::FrameRange& range) {
  const Eigen::Vector3d middle = R_pool_sensor[range.first + range.count() / 2] * shape.axis;
  double squares = 0.0;
  for (std::size_t n = range.first; n < range.end; ++n) {
    const double cosine = std::abs(middle.dot(R_pool_sensor[n] * shape.axis));
    const double angle_rad = std::acos(std::min(1.0, cosine));
    squares += angle_rad * angle_rad;
  }
  return std::sqrt(squares / static_cast<double>(range.count())) >
         core::degrees_to_radians(kTurn_deg);
}

doa::BaselineOptions baseline_options(const doa::BaselineMethod& method,
                                      const KnownArraySetup& array) {
  doa::BaselineOptions options = method.options;
  options.floor_db = -std::numeric_limits<double>::infinity();
  options.speed_of_sound = array.speed_of_sound;
  options.half_space = array.half_space;
  if (array.band_hz) std::tie(options.min_hz, options.max_hz) = *array.band_hz;
  return options;
}

}  // namespace localize
