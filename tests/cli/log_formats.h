/// One known motion, written as every logger of docs/use/logs.md writes it.
#pragma once

#include <Eigen/Geometry>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace test {

inline constexpr double kLogSeconds = 8.0;
inline constexpr double kLogRateHz = 100.0;

/// Orientation of the array, sensor to world, at a time from the start of the log.
Eigen::Quaterniond log_orientation(double time_s);
/// Mean rate since the row before, as a gyroscope reports it, rad/s, sensor axes.
Eigen::Vector3d log_rate(int row);
/// Specific force of a device that turns on the spot, m/s^2, sensor axes.
Eigen::Vector3d log_force(int row);

struct LogFormat {
  std::string name;  ///< As in the first column of the table of the page.
  std::function<void(const std::filesystem::path& folder)> write;
};

/// All formats of the page.
const std::vector<LogFormat>& log_formats();

}  // namespace test
