/// Estimated directions of windows, and the bins that they were pooled from.
#pragma once

#include <Eigen/Geometry>
#include <cstdint>
#include <vector>

#include "session/session.h"

namespace session {

/// One of several directions found in a window.
struct Peak {
  Eigen::Vector3d direction_sensor = Eigen::Vector3d::Zero();  ///< unit, at the center frame
  Eigen::Vector3d direction_world = Eigen::Vector3d::Zero();   ///< unit
  double density = 0.0;     ///< kernel density at the peak, psi of the paper's section 3.3
  double confidence = 0.0;  ///< as Estimate::confidence, over the bins assigned to it
  double norm_share = 0.0;  ///< norms assigned to it, as a share of the window's
  std::uint32_t bins = 0;   ///< bins assigned to it
};

/// One window's result. Directions are zero where the window has no bin.
struct Estimate {
  std::uint32_t window = 0;   ///< index into the file's window lengths
  std::uint32_t session = 0;  ///< row of /session
  std::uint32_t frame = 0;    ///< center frame, counted in the session
  double time_s = 0.0;        ///< center frame's time in the session
  Eigen::Quaterniond q_world_sensor = Eigen::Quaterniond::Identity();  ///< at the center frame
  Eigen::Vector3d direction_sensor = Eigen::Vector3d::Zero();
  Eigen::Vector3d direction_world = Eigen::Vector3d::Zero();
  double confidence = 0.0;  ///< see doa::Pooled
  double support = 0.0;
  double predicted_error_deg = kUnknown;  ///< error to expect; NaN: not calibrated, or no estimate
  std::uint32_t bins = 0;                 ///< bins that were pooled; 0: no estimate
  std::vector<Peak> peaks;                ///< kernel density only; highest density first
};

/// What a session's bins say, for `--bins`.
struct BinOutputs {
  std::vector<float> sensor;             ///< network's output [bins, 3]; the norm is the confidence
  std::vector<std::uint32_t> frame;      ///< [bins], frame of the session, non-decreasing
  std::vector<std::uint16_t> frequency;  ///< [bins], FFT index
  /// [bins, windows]: which peak of the window centered on the bin's frame (of the only one, for
  /// "full") the bin belongs to, 0 for estimators without peaks; 255: none.
  std::vector<std::uint8_t> source;
  std::vector<double> frame_time_s;                ///< [frames]
  std::vector<Eigen::Quaterniond> frame_rotation;  ///< [frames], q_world_sensor
};

}  // namespace session
