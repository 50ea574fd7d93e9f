/// Orientation logs and inertial logs of csl-import.
#pragma once

#include <string>
#include <vector>

#include "imu/clock.h"
#include "imu/sensor_model.h"
#include "ingest/facts.h"
#include "ingest/options.h"
#include "so3/track.h"

namespace ingest {

/// Orientation of the array at the log's own times.
struct OrientationLog {
  std::vector<so3::Track>
      tracks;              ///< q_world_array in order of time; gaps of the log separate them.
  imu::Samples imu;        ///< Inertial samples as recorded; empty: none.
  OrientationFacts facts;  ///< What was found and what was assumed.
  std::vector<std::string> warnings;
  bool time_unit_stated = false;  ///< The user states the unit of the log's times.

  double first_s() const { return tracks.front().time_s().front(); }
  double last_s() const { return tracks.back().time_s().back(); }
  /// The track that covers a time of the log; null if no track does.
  const so3::Track* track_at(double log_s) const;
};

/// The log's orientation at the recording's times.
std::vector<so3::Track> on_recording_clock(const OrientationLog& log, const imu::ClockMap& clock);

/// Reads options.pose, or computes the orientation from options.imu. If both files are given, their
/// motions are compared.
/// @throws core::UsageError  if an option is needed that is not stated
/// @throws core::InputError  naming the file: unknown columns, time that goes backward, no unit
///                           quaternions, units that cannot be right, orientations that contradict
///                           the gyroscope
OrientationLog read_orientation_log(const LogOptions& options);

/// Reads options.pose alone.
OrientationLog read_pose_file(const LogOptions& options);

}  // namespace ingest
