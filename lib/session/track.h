/// Tracks: sources followed over time.
#pragma once

#include <Eigen/Core>
#include <cstdint>

namespace session {

/// One track at the time of one window.
struct TrackPoint {
  std::uint32_t session = 0;  ///< row of /session; set by the writer
  std::uint32_t id = 0;       ///< from 1, by birth within the session
  double time_s = 0.0;        ///< as the window's estimate
  Eigen::Vector3d direction_world = Eigen::Vector3d::UnitX();   ///< unit
  Eigen::Vector3d direction_sensor = Eigen::Vector3d::UnitX();  ///< unit, at that time
  double sigma_deg = 0.0;  ///< standard deviation along a tangent
  double existence = 0.0;  ///< probability, [0, 1]
  bool measured = false;   ///< the window has a direction of it; else it is predicted
};

}  // namespace session
