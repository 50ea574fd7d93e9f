/// Sessions: recordings with the orientation of the array and known facts.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "imu/sensor_model.h"
#include "so3/track.h"

namespace session {

/// Value of numbers that are not known.
inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// True direction of one source in the world during an interval of the session. The source rests or
/// moves around the array at constant angular speed. Other motions are lists of such intervals.
struct SourceTruth {
  std::size_t source = 0;  ///< number of the source within its session
  /// Unit vector from the center of the array to the source at start_s.
  Eigen::Vector3d direction_world = Eigen::Vector3d::UnitX();
  double start_s = 0.0;
  double end_s = 0.0;
  std::string speech_file;  ///< name without folder; empty if not simulated
  /// Angular velocity, rad/s; zero: the source rests.
  Eigen::Vector3d angular_velocity_world = Eigen::Vector3d::Zero();

  bool moves() const { return !angular_velocity_world.isZero(0.0); }
  /// Direction in the world at time t of the session: exp(angular velocity (t - start)) direction.
  Eigen::Vector3d direction_at(double time_s) const;
};

/// Facts about a session beside its data. Numbers that are not known are NaN.
struct Info {
  std::string id;
  double duration_s = 0.0;
  double t60_s = kUnknown;
  Eigen::Vector3d room_m = Eigen::Vector3d::Constant(kUnknown);
  double snr_db = kUnknown;          ///< signal over microphone noise; infinite: no noise
  std::vector<SourceTruth> sources;  ///< empty: true directions are not known
};

/// One recording: its samples and orientation. Times count from the first sample of the session.
struct Session {
  Info info;
  std::vector<float> time_data;  ///< [samples, microphones], row-major
  so3::Track orientation;        ///< q_world_sensor
  imu::Samples imu;              ///< inertial samples; empty: not recorded
};

}  // namespace session
