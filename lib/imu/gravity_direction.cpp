#include "imu/gravity_direction.h"

namespace imu {
namespace {

/// Adds up vectors of the world.
class Mean {
 public:
  void add(const Eigen::Vector3d& vector) {
    sum_ += vector;
    lengths_ += vector.norm();
    ++count_;
  }
  WorldDirection result() const {
    if (!(lengths_ > 0.0)) return {};
    return {sum_.normalized(), sum_.norm() / lengths_, count_};
  }

 private:
  Eigen::Vector3d sum_ = Eigen::Vector3d::Zero();
  double lengths_ = 0.0;
  std::size_t count_ = 0;
};

}  // namespace

WorldDirection direction_of_force(const so3::Track& track, const Samples& samples,
                                  const Eigen::Matrix3d& R_body_sensor) {
  Mean mean;
  for (std::size_t i = 0; i < samples.time_s.size(); ++i) {
    const double t = samples.time_s[i];
    if (t < track.time_s().front() || t > track.time_s().back()) continue;
    if (!samples.accelerometer_m_s2[i].allFinite()) continue;
    mean.add(track.at(t) * (R_body_sensor * samples.accelerometer_m_s2[i]));
  }
  return mean.result();
}

WorldDirection direction_of_field(std::span<const Eigen::Quaterniond> q_world_sensor,
                                  std::span<const Eigen::Vector3d> field) {
  Mean mean;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field[i].isZero(0.0) || !field[i].allFinite()) continue;
    mean.add(q_world_sensor[i] * field[i]);
  }
  return mean.result();
}

}  // namespace imu
