/// Tracks: sources followed over time.
#pragma once

#include <Eigen/Core>
#include <cstdint>

namespace session {

/// One track at the time of one window.
struct TrackPoint {
  std::uint32_t session = 0;  ///< row of /session; set by the writer
  std::uint32_t id = 0;       ///< number of the track, from 1 in the order of birth in the session
  double time_s = 0.0;        ///< time of the window's estimate, s
  Eigen::Vector3d direction_world = Eigen::Vector3d::UnitX();   ///< unit vector
  Eigen::Vector3d direction_sensor = Eigen::Vector3d::UnitX();  ///< unit vector, at that time
  double sigma_deg = 0.0;  ///< standard deviation along a tangent of the sphere, degrees
  double existence = 0.0;  ///< probability that the source exists, [0, 1]
  bool measured = false;   ///< true: the window has a direction of the source; false: predicted
};

}  // namespace session
