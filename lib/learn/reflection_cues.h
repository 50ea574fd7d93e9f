/// Delay and level difference of two microphones, compared with a model's directions; and
/// predictions for chosen bins of a data set.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "core/parallel.h"
#include "learn/dataset.h"
#include "learn/model.h"
#include "learn/reflection.h"

namespace learn {

/// Number of groups of intervals that vote under the rule `mics:`, at most.
inline constexpr std::size_t kMicrophoneGroups = 20;

/// At most `limit` numbers of [first, end), evenly spread.
std::vector<std::size_t> spread(std::size_t first, std::size_t end, std::size_t limit);

/// Predictions for chosen bins, in the sensor frame.
/// @param bins  indices into the data set's bins
Directions predict_bins(Predictor& predictor, const Dataset& dataset,
                        const std::vector<std::size_t>& bins, core::ThreadPool& pool);

/// Centroid of predictions in the world frame: C-SL paper, eq. (5). Zero if the predictions cancel.
/// @param r_sensor  [bins, 3], predictions for `bins`
Eigen::Vector3d pool_in_world(const Dataset& dataset, const std::vector<std::size_t>& bins,
                              const Directions& r_sensor);

/// Least squares fit of value = <slope, direction> + offset.
struct DirectionFit {
  Eigen::Matrix4d normal = Eigen::Matrix4d::Zero();  ///< left side of the normal equations
  Eigen::Vector4d right = Eigen::Vector4d::Zero();   ///< right side of the normal equations
  std::size_t count = 0;                             ///< number of values added

  void add(const Eigen::Vector3d& direction, double value);
  /// Slope with a small ridge: it is zero along axes on which no direction was added.
  Eigen::Vector3d slope() const;
};

/// Whether an interval has a window with enough bins for add_microphone_cues().
bool has_microphone_cues(const Dataset& dataset, const Interval& interval);

/// Adds one value for each window of a tenth of a second of an interval. The direction of a value
/// is the model's: pooled over the interval in the world, then turned into the sensor frame. The
/// value is the time by which A hears before B, in seconds, or the level of A over B, in decibels.
void add_microphone_cues(Predictor& predictor, const Dataset& dataset, const Interval& interval,
                         const ReflectionOptions& options, core::ThreadPool& pool,
                         DirectionFit& fit);

}  // namespace learn
