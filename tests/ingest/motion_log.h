/// Inertial logs and logs of orientations as files.
#pragma once

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "imu/sensor_model.h"
#include "so3/track.h"
#include "temporary_folder.h"

namespace test {

/// Whether a message contains a part; the message is shown if not.
inline bool says(const std::string& text, const std::string& part) {
  UNSCOPED_INFO(text);
  return text.find(part) != std::string::npos;
}

inline void write_imu(const std::filesystem::path& path, const imu::Samples& samples) {
  std::string text = "time_s,gx,gy,gz,ax,ay,az,mx,my,mz\n";
  for (std::size_t i = 0; i < samples.time_s.size(); ++i) {
    const Eigen::Vector3d& g = samples.gyroscope_rad_s[i];
    const Eigen::Vector3d& a = samples.accelerometer_m_s2[i];
    const Eigen::Vector3d& m = samples.magnetometer_uT[i];
    text += fmt::format("{},{},{},{},{},{},{},{},{},{}\n", samples.time_s[i], g.x(), g.y(), g.z(),
                        a.x(), a.y(), a.z(), m.x(), m.y(), m.z());
  }
  write_bytes(path, text);
}

/// @param q_log_world  turn of the log's world against the earth's
inline void write_pose(const std::filesystem::path& path, const so3::Track& track,
                       const Eigen::Quaterniond& q_log_world) {
  std::string text = "time_s,qw,qx,qy,qz\n";
  for (std::size_t i = 0; i < track.size(); ++i) {
    const Eigen::Quaterniond q = q_log_world * track.quaternion()[i];
    text += fmt::format("{},{},{},{},{}\n", track.time_s()[i], q.w(), q.x(), q.y(), q.z());
  }
  write_bytes(path, text);
}

}  // namespace test
