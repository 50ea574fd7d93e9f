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

/// Interval between two values of a source's activity.
inline constexpr double kActivityStepS = 0.01;
/// Activity of digital silence, dB; no value is below it.
inline constexpr double kLowestActivityDb = -200.0;

/// Number of activity values in a session: one for each step that has begun. 0 for a duration that
/// is not a number.
std::size_t activity_steps(double duration_s);

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
  /// Level of the dry sound at the array's center over the whole session, without the room: 10 log10
  /// of its mean square, in dB. Value k covers [k, k + 1) steps of kActivityStepS from the session's
  /// first sample; its time is the middle, (k + 0.5) steps. Empty: not known.
  std::vector<float> activity_db = {};

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
  /// Name of the recording that this session was cut from; empty: the session is a whole recording.
  std::string recording = {};
  double recording_start_s = kUnknown;  ///< the session's first sample, s from the recording's
};

/// One recording: its samples and orientation. Times count from the first sample of the session.
struct Session {
  Info info;
  std::vector<float> time_data;  ///< [samples, microphones], row-major
  so3::Track orientation;        ///< q_world_sensor
  imu::Samples imu;              ///< inertial samples; empty: not recorded
};

}  // namespace session
