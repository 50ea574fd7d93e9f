#include "room/turning_array.h"

#include <algorithm>
#include <cmath>

#include "so3/rotation.h"

namespace room {

double max_angular_speed(const so3::Track& track) {
  double speed = 0.0;
  for (std::size_t i = 1; i < track.size(); ++i) {
    const double angle = so3::angle_between(track.quaternion()[i - 1], track.quaternion()[i]);
    speed = std::max(speed, angle / (track.time_s()[i] - track.time_s()[i - 1]));
  }
  return speed;
}

std::size_t interpolation_step(double angular_speed, std::size_t order, double sample_rate_hz) {
  constexpr double kTolerance = 1e-3;
  const double change =
      std::max<double>(1.0, static_cast<double>(order)) * angular_speed / sample_rate_hz;
  std::size_t step = 128;
  while (step > 1 && std::pow(change * static_cast<double>(step), 2.0) / 8.0 > kTolerance)
    step /= 2;
  return step;
}

TurningArray sample_turning_array(const array::Geometry& geometry, const so3::Track& orientation,
                                  double sample_rate_hz, std::size_t samples, std::size_t order,
                                  std::size_t max_step) {
  TurningArray turning;
  turning.step =
      std::min(max_step, interpolation_step(max_angular_speed(orientation), order, sample_rate_hz));
  turning.microphones = geometry.size();
  const std::size_t nodes = (samples + turning.step - 1) / turning.step + 1;
  turning.offset_m.reserve(nodes * turning.microphones);
  for (std::size_t node = 0; node < nodes; ++node) {
    const double time_s = static_cast<double>(node * turning.step) / sample_rate_hz;
    const Eigen::Matrix3d R_world_sensor = orientation.at(time_s).toRotationMatrix();
    for (const Eigen::Vector3d& p_sensor : geometry.position_m) {
      turning.offset_m.emplace_back(R_world_sensor * p_sensor);
    }
  }
  return turning;
}

}  // namespace room
