#include "doa/half_space.h"

#include <algorithm>
#include <span>
#include <vector>

namespace doa {
namespace {

/// Sine of an elevation at which a direction still counts as on the right side: a source in the
/// plane of the array is found from both of its sides.
constexpr float kTolerance = -1e-3F;

/// log2 of the density ratio of a direction on the wrong side.
constexpr float kNone = -40.0F;

}  // namespace

void HalfSpaceFrames::score(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
                            const DirectionColumns& directions, float* scores) const {
  frames_.score(frame, R_pool_sensor, directions, scores);
  const Eigen::Vector3f axis = (R_pool_sensor * axis_sensor_).cast<float>();
  const auto lowest = static_cast<float>(frames_.bounds(frame).lowest);
  for (std::size_t j = 0; j < directions.padded(); ++j) {
    const float height =
        axis.x() * directions.x[j] + axis.y() * directions.y[j] + axis.z() * directions.z[j];
    if (height < kTolerance) scores[j] = lowest;
  }
}

std::vector<float> frame_scores(const ScoreFrames& frames,
                                const std::optional<Eigen::Vector3d>& axis_sensor,
                                const Eigen::Matrix3d& R_pool_sensor,
                                const DirectionColumns& directions) {
  std::vector<float> scores(directions.padded(), 0.0F);
  if (!frames.active(0)) return scores;
  with_half_space(frames, axis_sensor, [&](const ScoreFrames& limited) {
    limited.score(0, R_pool_sensor, directions, scores.data());
  });
  return scores;
}

void HalfSpaceDensities::log_ratios(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
                                    const DirectionColumns& directions, const Visit& visit) const {
  constexpr std::size_t kLanes = DirectionColumns::kLanes;
  const Eigen::Vector3f axis = (R_pool_sensor * axis_sensor_).cast<float>();
  const std::span<const std::size_t> first = bins_.first_bin();
  std::vector<float> limited((first[frame + 1] - first[frame]) * kLanes);
  bins_.log_ratios(frame, R_pool_sensor, directions, [&](std::size_t j, const float* log_ratio) {
    std::copy_n(log_ratio, limited.size(), limited.begin());
    for (std::size_t l = 0; l < kLanes; ++l) {
      const float height = axis.x() * directions.x[j + l] + axis.y() * directions.y[j + l] +
                           axis.z() * directions.z[j + l];
      if (height >= kTolerance) continue;
      for (std::size_t b = 0; b < limited.size(); b += kLanes) limited[b + l] = kNone;
    }
    visit(j, limited.data());
  });
}

}  // namespace doa
