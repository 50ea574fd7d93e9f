/// Orientation and inertial logs of csl-import.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "imu/repair.h"
#include "imu/sensor_model.h"
#include "ingest/options.h"
#include "so3/track.h"

namespace ingest {

/// Orientation of the array at the log's own times, in stretches without gaps.
struct OrientationLog {
  std::vector<so3::Track> stretches;                ///< q_world_array, in order of time
  imu::Samples imu;                                 ///< as recorded; empty: none
  nlohmann::json facts = nlohmann::json::object();  ///< what was found and what was assumed
  std::vector<std::string> warnings;

  double first_s() const { return stretches.front().time_s().front(); }
  double last_s() const { return stretches.back().time_s().back(); }
  /// The stretch that covers a time; null where none does.
  const so3::Track* stretch_at(double log_s) const;
};

/// Reads --pose, or --imu and filters it; beside each other, compares them.
/// @throws core::InputError  naming the file: unknown columns, time that goes backward, no unit
/// quaternions, units that cannot be right, orientations that contradict the gyroscope
OrientationLog read_orientation_log(const Options& options);

/// Pieces of the above, for tests.
OrientationLog read_pose_file(const Options& options);
imu::Samples read_imu_file(const Options& options, nlohmann::json& facts);

}  // namespace ingest
