/// The samples of one sensor, as a log holds them.
#pragma once

#include <Eigen/Core>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "formats/column_name.h"
#include "ingest/options.h"

namespace ingest {

struct SensorSeries {
  formats::Quantity quantity = formats::Quantity::kGyroscope;
  std::vector<double> time_s;          ///< [n], not decreasing
  std::vector<Eigen::Vector3d> value;  ///< [n], rad/s, m/s^2 or uT; NaN where the file has none
  std::string file;                    ///< Name without folder.
  std::string columns;                 ///< "columns 2, 3, 4 in deg/s", for messages and facts.
  std::string unit;                    ///< In which the file holds the values.
  std::string time;                    ///< How the times were read.
  bool unit_stated = false;            ///< The user states the unit of the times.
  bool unnamed = false;                ///< The file has no header.
  bool ros = false;                    ///< Beside an angular velocity, as in ROS' message Imu.
  bool core_motion = false;            ///< Of CoreMotion, whose accelerations have the other sign.
};

/// All sensors of a file: named columns, rows of several sensors with a column that names them, or
/// columns x, y, z of the one sensor that the file's name states.
/// @throws core::UsageError, core::InputError  as read_times(), for units that contradict each other
///                                             and for a file without sensors
std::vector<SensorSeries> read_sensors(const std::filesystem::path& path,
                                       const LogOptions& options);

}  // namespace ingest
