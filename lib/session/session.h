/// Sessions: recordings with the orientation of the array, and the facts known of them.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "imu/sensor_model.h"
#include "so3/track.h"

namespace session {

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Interval between two values of a source's activity.
inline constexpr double kActivityStepS = 0.01;
/// Activity of digital silence, dB; no value is below it.
inline constexpr double kLowestActivityDb = -200.0;

/// Where one source was, in the world, from start to end of session time: at rest, or turning about
/// the array at constant speed. Other courses are lists of rows.
struct SourceTruth {
  std::size_t source = 0;  ///< number of the source within its session
  Eigen::Vector3d direction_world =
      Eigen::Vector3d::UnitX();  ///< unit length, from the array's center, at start_s
  double start_s = 0.0;
  double end_s = 0.0;
  std::string speech_file;  ///< name without folder; empty if not simulated
  Eigen::Vector3d angular_velocity_world = Eigen::Vector3d::Zero();  ///< rad/s; zero: at rest
  /// Level of the dry sound at the array's center over the whole session, without the room: 10 log10
  /// of its mean square, in dB. Value k covers [k, k + 1) steps of kActivityStepS from the session's
  /// first sample; its time is the middle, (k + 0.5) steps. Empty: not known.
  std::vector<float> activity_db = {};

  bool moves() const { return !angular_velocity_world.isZero(0.0); }
  /// Direction in the world at a time of the session: exp(angular velocity (t - start)) direction.
  Eigen::Vector3d direction_at(double time_s) const;
};

/// What is known of a session beside its data. Unknown numbers are NaN.
struct Info {
  std::string id;
  double duration_s = 0.0;
  double t60_s = kUnknown;
  Eigen::Vector3d room_m = Eigen::Vector3d::Constant(kUnknown);
  double snr_db = kUnknown;          ///< sensor noise; infinite: none
  std::vector<SourceTruth> sources;  ///< empty: directions not known
};

/// One recording: its samples and orientation. Times count from the session's first sample.
struct Session {
  Info info;
  std::vector<float> time_data;  ///< [samples, microphones], row-major
  so3::Track orientation;        ///< q_world_sensor
  imu::Samples imu;              ///< empty: not recorded
};

}  // namespace session
