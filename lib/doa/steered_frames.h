/// Scores by steering vectors of a free-field array: LSDD and MUSIC.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "doa/snapshot_frames.h"

namespace doa {

/// Positions of an open array, and the frequencies that are summed: first_hz + k step_hz.
struct SteeringSetup {
  std::vector<Eigen::Vector3d> position_m;  ///< sensor frame, [microphones]
  double first_hz = 0.0;
  double step_hz = 0.0;
  std::size_t frequencies = 0;
  double speed_of_sound = 343.0;
};

/// Steering vectors are H[microphone] = exp(-2 pi i f delay), delay = -<p, d> / c. They are
/// computed during the search: from one frequency to the next each phase advances by a fixed
/// factor, so no table is read.
class SteeredFrames : public SnapshotFrames {
 public:
  /// @param match  kAngle or kInverse; PhaseFrames sums steered powers faster
  SteeredFrames(SteeringSetup setup, MatchScore match, std::size_t frames);

  /// Calls SnapshotFrames::mask_softly() for every frame.
  void apply_soft_masks(double alpha, const DirectionColumns& directions);

  void score(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
             const DirectionColumns& directions, float* scores) const override;

 private:
  SteeringSetup setup_;
};

}  // namespace doa
