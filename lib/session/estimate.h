/// Estimated directions of windows, and the outputs of their bins.
#pragma once

#include <Eigen/Geometry>
#include <cstdint>
#include <vector>

#include "session/session.h"

namespace session {

/// What an array cannot tell of a direction.
enum class Ambiguity : std::uint8_t {
  kNone,
  kSide,  ///< on which side of the array's plane it lies: its mirror image is as likely
  kCone,  ///< where it lies on a cone around the array's axis
};

/// "none", "side", "cone".
constexpr const char* name_of(Ambiguity ambiguity) {
  if (ambiguity == Ambiguity::kNone) return "none";
  return ambiguity == Ambiguity::kSide ? "side" : "cone";
}

/// One of several directions in a window.
struct Peak {
  Eigen::Vector3d direction_sensor = Eigen::Vector3d::Zero();  ///< unit vector, at the center frame
  Eigen::Vector3d direction_world = Eigen::Vector3d::Zero();   ///< unit vector
  double density =
      0.0;  ///< kde: psi of the C-SL paper, section 3.3; mixture: share of the window's bins
  double confidence = 0.0;  ///< as Estimate::confidence, of the bins that belong to the peak
  double norm_share = 0.0;  ///< norms of these bins divided by the norms of all bins of the window
  std::uint32_t bins = 0;   ///< number of these bins
};

/// The estimate of one window. Directions are zero if the window has no bin, or no source was found.
struct Estimate {
  std::uint32_t window = 0;   ///< index of the window length in the file's list
  std::uint32_t session = 0;  ///< row of /session
  std::uint32_t frame = 0;    ///< center frame, from the start of the session
  double time_s = 0.0;        ///< time of the center frame in the session, s
  Eigen::Quaterniond q_world_sensor = Eigen::Quaterniond::Identity();  ///< at the center frame
  Eigen::Vector3d direction_sensor = Eigen::Vector3d::Zero();          ///< unit vector or zero
  Eigen::Vector3d direction_world = Eigen::Vector3d::Zero();           ///< unit vector or zero
  double confidence = 0.0;  ///< length of the pooled vector; see doa::Pooled
  double support = 0.0;     ///< see doa::Pooled
  double predicted_error_deg =
      kUnknown;            ///< expected error; NaN: confidence is not calibrated, or no estimate
  std::uint32_t bins = 0;  ///< number of pooled bins; 0: no estimate
  /// What is not known of the directions, which stand for all that are as likely.
  Ambiguity ambiguity = Ambiguity::kNone;
  std::vector<Peak> peaks;  ///< only of the estimators kde and mixture; highest density first
};

/// Outputs of a session's bins, for `--bins`.
struct BinOutputs {
  std::vector<float> sensor;  ///< output of the network, [bins, 3]; its norm is the confidence
  std::vector<std::uint32_t> frame;      ///< [bins], frame in the session, non-decreasing
  std::vector<std::uint16_t> frequency;  ///< [bins], index of the FFT bin
  /// [bins, windows], peak that the bin belongs to, in the window whose center is the bin's frame
  /// (in the only window for "full"). 0 for estimators without peaks; 255: no peak.
  std::vector<std::uint8_t> source;
  std::vector<double> frame_time_s;                ///< [frames]
  std::vector<Eigen::Quaterniond> frame_rotation;  ///< [frames], q_world_sensor
};

}  // namespace session
