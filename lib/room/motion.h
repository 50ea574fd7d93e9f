/// Motions of arrays and sources.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <vector>

#include "core/random.h"
#include "so3/track.h"

namespace room {

/// Rotation at constant speed about a fixed axis of the world. The track is exact at every time.
/// @param axis_world  any length above 0
/// @param start       q_world_sensor at time 0
so3::Track constant_rotation(const Eigen::Vector3d& axis_world, double speed_rad_s,
                             const Eigen::Quaterniond& start, double duration_s);

/// A stationary random function of time with a flat spectrum from 0 to its bandwidth: a sum of
/// kTones cosines of random frequency and phase. Its mean is 0 and its variance 1. It is nearly
/// Gaussian, and every derivative is smooth.
class SmoothNoise {
 public:
  static constexpr int kTones = 48;

  SmoothNoise(double bandwidth_hz, core::RandomStream& random);
  double at(double time_s) const;

 private:
  std::vector<double> omega_rad_s_;
  std::vector<double> phase_rad_;
};

/// Rotation of a device in a hand. The angular velocity in the sensor frame is smooth noise with
/// the same variance on all axes. Its magnitude therefore has Maxwell's distribution: the mode is
/// 0.89 of the mean, and the 95th percentile 1.75 of the mean. All orientations are reached in
/// time.
struct FreeMotion {
  double bandwidth_hz = 0.6;
  double mean_speed_rad_s = 1.0;
};

/// Rotation of a head that looks around. Yaw, pitch and roll about a mean orientation are
/// independent smooth noise with these standard deviations. The defaults (35, 15 and 6 degrees, 0.4
/// Hz) give a mean speed near 50 degrees per second.
struct HeadMotion {
  double bandwidth_hz = 0.4;
  double yaw_sd_rad = 0.61;
  double pitch_sd_rad = 0.26;
  double roll_sd_rad = 0.105;
};

/// A free motion, sampled at 100 Hz plus twenty times the bandwidth.
/// @param start  orientation at time 0, q_world_sensor
/// @throws core::UsageError  on a bandwidth outside (0, 50] Hz, or a speed that is negative or not
///                           finite
so3::Track free_motion(const FreeMotion& motion, const Eigen::Quaterniond& start, double duration_s,
                       core::RandomStream& random);
/// A head motion, sampled at the same rate.
/// @param start  mean orientation (x forward, z up), q_world_sensor
/// @throws core::UsageError  as free_motion, also on an angle that is negative or not finite
so3::Track head_motion(const HeadMotion& motion, const Eigen::Quaterniond& start, double duration_s,
                       core::RandomStream& random);

/// An interval of a recorded track, with time counted from the interval's start.
/// @throws core::InputError  if the recording does not cover [start_s, start_s + duration_s]
so3::Track interval_of_track(const so3::Track& recording, double start_s, double duration_s);

/// Random angular velocity, perpendicular to the source's direction. With it the source moves on a
/// great circle about the array's center: direction(t) = exp(angular velocity t) direction.
Eigen::Vector3d random_great_circle(const Eigen::Vector3d& direction, double speed_rad_s,
                                    core::RandomStream& random);

}  // namespace room
