#include "room/motion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/errors.h"
#include "so3/rotation.h"

namespace room {
namespace {

void check_duration(double duration_s) {
  if (!(duration_s >= 0.0 && duration_s < 1e6)) {
    throw core::UsageError(
        fmt::format("motion: expected a duration of 0 to 1e6 s, found {}", duration_s));
  }
}

void check_range(const char* what, double value, double low, double high) {
  if (!(value >= low && value <= high)) {
    throw core::UsageError(
        fmt::format("motion: {}: expected {} to {}, found {}", what, low, high, value));
  }
}

double track_rate_hz(double bandwidth_hz) { return 100.0 + 20.0 * bandwidth_hz; }

/// Samples 0, 1/rate, ... until past the end.
std::size_t track_samples(double duration_s, double rate_hz) {
  return static_cast<std::size_t>(std::ceil(duration_s * rate_hz)) + 2;
}

}  // namespace

so3::Track constant_rotation(const Eigen::Vector3d& axis_world, double speed_rad_s,
                             const Eigen::Quaterniond& start, double duration_s) {
  check_duration(duration_s);
  check_range("axis length", axis_world.norm(), 1e-9, 1e9);
  check_range("angular speed", std::abs(speed_rad_s), 0.0, 1e4);
  const Eigen::Vector3d axis = axis_world.normalized();
  // Slerp between the samples is exact, as long as a step stays well below half a turn.
  const double step_s =
      std::abs(speed_rad_s) > 0.0 ? std::min(0.25, 0.5 / std::abs(speed_rad_s)) : 0.25;
  const std::size_t samples = track_samples(duration_s, 1.0 / step_s);
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> quaternion;
  for (std::size_t i = 0; i < samples; ++i) {
    time_s.push_back(static_cast<double>(i) * step_s);
    quaternion.push_back(so3::exp(axis * (speed_rad_s * time_s.back())) * start);
  }
  return so3::Track(std::move(time_s), std::move(quaternion));
}

SmoothNoise::SmoothNoise(double bandwidth_hz, core::RandomStream& random) {
  for (int i = 0; i < kTones; ++i) {
    // One tone in each of kTones equal sub-bands: the spectrum is flat, and the sum is not
    // periodic.
    const double place = (static_cast<double>(i) + random.uniform()) / kTones;
    omega_rad_s_.push_back(2.0 * std::numbers::pi * bandwidth_hz * place);
    phase_rad_.push_back(random.uniform(0.0, 2.0 * std::numbers::pi));
  }
}

double SmoothNoise::at(double time_s) const {
  double sum = 0.0;
  for (int i = 0; i < kTones; ++i) sum += std::cos(omega_rad_s_[i] * time_s + phase_rad_[i]);
  return sum * std::sqrt(2.0 / kTones);
}

so3::Track free_motion(const FreeMotion& motion, const Eigen::Quaterniond& start, double duration_s,
                       core::RandomStream& random) {
  check_duration(duration_s);
  check_range("bandwidth", motion.bandwidth_hz, 1e-6, 50.0);
  check_range("mean angular speed", motion.mean_speed_rad_s, 0.0, 100.0);
  const SmoothNoise x(motion.bandwidth_hz, random);
  const SmoothNoise y(motion.bandwidth_hz, random);
  const SmoothNoise z(motion.bandwidth_hz, random);
  // Mean of Maxwell's distribution: 2 sd sqrt(2 / pi).
  const double sd = motion.mean_speed_rad_s / (2.0 * std::sqrt(2.0 / std::numbers::pi));
  const double step_s = 1.0 / track_rate_hz(motion.bandwidth_hz);
  const std::size_t samples = track_samples(duration_s, 1.0 / step_s);
  std::vector<double> time_s{0.0};
  std::vector<Eigen::Quaterniond> quaternion{start};
  for (std::size_t i = 1; i < samples; ++i) {
    const double middle_s = (static_cast<double>(i) - 0.5) * step_s;
    const Eigen::Vector3d rate_sensor(sd * x.at(middle_s), sd * y.at(middle_s),
                                      sd * z.at(middle_s));
    time_s.push_back(static_cast<double>(i) * step_s);
    quaternion.push_back((quaternion.back() * so3::exp(rate_sensor * step_s)).normalized());
  }
  return so3::Track(std::move(time_s), std::move(quaternion));
}

so3::Track head_motion(const HeadMotion& motion, const Eigen::Quaterniond& start, double duration_s,
                       core::RandomStream& random) {
  check_duration(duration_s);
  check_range("bandwidth", motion.bandwidth_hz, 1e-6, 50.0);
  check_range("yaw", motion.yaw_sd_rad, 0.0, 10.0);
  check_range("pitch", motion.pitch_sd_rad, 0.0, 10.0);
  check_range("roll", motion.roll_sd_rad, 0.0, 10.0);
  const SmoothNoise yaw(motion.bandwidth_hz, random);
  const SmoothNoise pitch(motion.bandwidth_hz, random);
  const SmoothNoise roll(motion.bandwidth_hz, random);
  const double step_s = 1.0 / track_rate_hz(motion.bandwidth_hz);
  const std::size_t samples = track_samples(duration_s, 1.0 / step_s);
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> quaternion;
  for (std::size_t i = 0; i < samples; ++i) {
    const double t = static_cast<double>(i) * step_s;
    time_s.push_back(t);
    quaternion.push_back(start *
                         so3::exp(Eigen::Vector3d::UnitZ() * (motion.yaw_sd_rad * yaw.at(t))) *
                         so3::exp(Eigen::Vector3d::UnitY() * (motion.pitch_sd_rad * pitch.at(t))) *
                         so3::exp(Eigen::Vector3d::UnitX() * (motion.roll_sd_rad * roll.at(t))));
  }
  return so3::Track(std::move(time_s), std::move(quaternion));
}

so3::Track interval_of_track(const so3::Track& recording, double start_s, double duration_s) {
  check_duration(duration_s);
  const double first_s = recording.time_s().front();
  const double last_s = recording.time_s().back();
  if (!(start_s >= first_s && start_s + duration_s <= last_s)) {
    throw core::InputError(
        fmt::format("motion: the recording covers {} to {} s, expected {} to {} s", first_s, last_s,
                    start_s, start_s + duration_s));
  }
  std::vector<double> time_s{0.0};
  std::vector<Eigen::Quaterniond> quaternion{recording.at(start_s)};
  for (std::size_t i = 0; i < recording.size(); ++i) {
    const double t = recording.time_s()[i];
    if (t <= start_s) continue;
    time_s.push_back(t - start_s);
    quaternion.push_back(recording.quaternion()[i]);
    if (t >= start_s + duration_s) break;
  }
  return so3::Track(std::move(time_s), std::move(quaternion));
}

Eigen::Vector3d random_great_circle(const Eigen::Vector3d& direction, double speed_rad_s,
                                    core::RandomStream& random) {
  Eigen::Vector3d axis = Eigen::Vector3d::Zero();
  while (axis.norm() < 1e-3) axis = direction.cross(so3::random_direction(random));
  return axis.normalized() * speed_rad_s;
}

}  // namespace room
