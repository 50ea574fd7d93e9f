/// Scores for a source that is known to be on one side of the array.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "doa/bin_densities.h"
#include "doa/score_frames.h"

namespace doa {

/// The scores of other frames, but a direction on the wrong side of the array has a frame's lowest
/// score. An array of microphones in one plane cannot tell the two sides apart by itself.
class HalfSpaceFrames : public ScoreFrames {
 public:
  /// @param frames       must outlive this object
  /// @param axis_sensor  unit vector towards the side of the source, sensor frame
  HalfSpaceFrames(const ScoreFrames& frames, const Eigen::Vector3d& axis_sensor)
      : frames_(frames), axis_sensor_(axis_sensor) {}

  bool active(std::size_t frame) const override { return frames_.active(frame); }
  ScoreBounds bounds(std::size_t frame) const override { return frames_.bounds(frame); }
  void score(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
             const DirectionColumns& directions, float* scores) const override;

 private:
  const ScoreFrames& frames_;
  Eigen::Vector3d axis_sensor_;
};

/// Calls use(scores) with the scores, limited to the half space if there is one.
/// @param axis_sensor  as HalfSpaceFrames
template <typename Use>
auto with_half_space(const ScoreFrames& frames, const std::optional<Eigen::Vector3d>& axis_sensor,
                     Use use) {
  if (!axis_sensor) return use(frames);
  const HalfSpaceFrames limited(frames, *axis_sensor);
  return use(static_cast<const ScoreFrames&>(limited));
}

/// Scores of directions in the only frame of `frames`, limited to the half space if there is one,
/// [directions.padded()]; 0 if the frame is not active.
std::vector<float> frame_scores(const ScoreFrames& frames,
                                const std::optional<Eigen::Vector3d>& axis_sensor,
                                const Eigen::Matrix3d& R_pool_sensor,
                                const DirectionColumns& directions);

/// HalfSpaceFrames for the densities of bins: a direction on the wrong side has next to none.
class HalfSpaceDensities : public BinDensities {
 public:
  /// @param bins         must outlive this object
  /// @param axis_sensor  as HalfSpaceFrames
  HalfSpaceDensities(const BinDensities& bins, const Eigen::Vector3d& axis_sensor)
      : bins_(bins), axis_sensor_(axis_sensor) {}

  std::span<const std::size_t> first_bin() const override { return bins_.first_bin(); }
  std::span<const float> weight() const override { return bins_.weight(); }
  void log_ratios(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
                  const DirectionColumns& directions, const Visit& visit) const override;

 private:
  const BinDensities& bins_;
  Eigen::Vector3d axis_sensor_;
};

}  // namespace doa
