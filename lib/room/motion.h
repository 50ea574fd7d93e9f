/// How arrays and sources turn.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <vector>

#include "core/random.h"
#include "so3/track.h"

namespace room {

/// Turning at constant speed about a fixed axis of the world, exact at every time.
/// @param axis_world  any length above 0
/// @param start       q_world_sensor at time 0
so3::Track constant_rotation(const Eigen::Vector3d& axis_world, double speed_rad_s,
                             const Eigen::Quaterniond& start, double duration_s);

/// A stationary random function of time with a flat spectrum from 0 to its bandwidth: a sum of
/// kTones cosines of random frequency and phase. Mean 0, variance 1, nearly Gaussian, smooth in
/// every derivative.
class SmoothNoise {
 public:
  static constexpr int kTones = 48;

  SmoothNoise(double bandwidth_hz, core::RandomStream& random);
  double at(double time_s) const;

 private:
  std::vector<double> omega_rad_s_;
  std::vector<double> phase_rad_;
};

/// Turning in a hand: the angular velocity in the sensor frame is smooth noise, alike on all axes,
/// so that the speed has Maxwell's distribution (mode 0.89, 95th percentile 1.75 times its mean).
/// In time all orientations are reached.
struct FreeMotion {
  double bandwidth_hz = 0.6;
  double mean_speed_rad_s = 1.0;
};

/// A head that looks around: yaw, pitch and roll about a mean orientation are independent smooth
/// noise with these standard deviations. Defaults (35, 15, 6 degrees, 0.4 Hz) give a mean speed
/// near 50 degrees a second.
struct HeadMotion {
  double bandwidth_hz = 0.4;
  double yaw_sd_rad = 0.61;
  double pitch_sd_rad = 0.26;
  double roll_sd_rad = 0.105;
};

/// Tracks sampled at 100 Hz plus twenty times the bandwidth; q_world_sensor(0) = start for free
/// motion, start is the mean orientation (x forward, z up) for a head's.
/// @throws core::UsageError  on a bandwidth outside (0, 50] Hz or a speed or angle that is negative
/// or not finite
so3::Track free_motion(const FreeMotion& motion, const Eigen::Quaterniond& start, double duration_s,
                       core::RandomStream& random);
so3::Track head_motion(const HeadMotion& motion, const Eigen::Quaterniond& start, double duration_s,
                       core::RandomStream& random);

/// A piece of a recorded track, with time counted from its start.
/// @throws core::InputError  if the recording does not cover [start_s, start_s + duration_s]
so3::Track interval_of_track(const so3::Track& recording, double start_s, double duration_s);

/// Angular velocity of a source on a great circle round the array's center: perpendicular to its
/// direction, otherwise random. direction(t) = exp(angular velocity t) direction.
Eigen::Vector3d random_great_circle(const Eigen::Vector3d& direction, double speed_rad_s,
                                    core::RandomStream& random);

}  // namespace room
