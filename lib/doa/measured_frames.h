/// Scores by measured responses, for arrays that positions do not describe.
#pragma once

#include <Eigen/Core>
#include <complex>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "doa/snapshot_frames.h"

namespace doa {

/// Responses of unit norm over directions of the sensor frame, 2 degrees apart in azimuth and
/// elevation, poles included.
class MeasuredGrid {
 public:
  static constexpr std::size_t kAzimuths = 180;
  static constexpr std::size_t kElevations = 91;

  /// Writes H of one direction, [frequencies, microphones].
  using ResponseOf =
      std::function<void(const Eigen::Vector3d& direction, std::span<std::complex<float>> H)>;

  /// @param phases_only  scales every microphone's response to length one first (SRP-PHAT)
  MeasuredGrid(std::size_t frequencies, std::size_t microphones, bool phases_only,
               const ResponseOf& response);

  std::size_t frequencies() const { return frequencies_; }
  std::size_t microphones() const { return microphones_; }
  /// One elevation and frequency, [microphones, kAzimuths].
  const float* real(std::size_t elevation, std::size_t k) const {
    return &real_[(elevation * frequencies_ + k) * microphones_ * kAzimuths];
  }
  const float* imag(std::size_t elevation, std::size_t k) const {
    return &imag_[(elevation * frequencies_ + k) * microphones_ * kAzimuths];
  }

 private:
  std::size_t frequencies_, microphones_;
  std::vector<float> real_, imag_;  ///< [kElevations, frequencies, microphones, kAzimuths]
};

/// Every frame's scores are computed once on the grid. Between the grid's points they are
/// interpolated by cubic convolution (Keys, IEEE Trans. ASSP 29, 1981), so that a peak may lie
/// between them. Call tabulate() after the snapshots are set and masked.
class MeasuredFrames : public SnapshotFrames {
 public:
  MeasuredFrames(std::shared_ptr<const MeasuredGrid> grid, MatchScore match, std::size_t frames);

  /// Calls SnapshotFrames::mask_softly() for every frame.
  void apply_soft_masks(double alpha);
  /// Computes the scores of all frames on the grid.
  void tabulate();

  void score(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
             const DirectionColumns& directions, float* scores) const override;

 private:
  std::shared_ptr<const MeasuredGrid> grid_;
  std::vector<float> map_;  ///< [frames, kElevations, kAzimuths]
};

}  // namespace doa
