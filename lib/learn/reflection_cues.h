/// What two microphones of a recording say about where sound comes from, held against a model's
/// directions; and how a model's directions are looked up for that.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "core/parallel.h"
#include "learn/dataset.h"
#include "learn/model.h"
#include "learn/reflection.h"

namespace learn {

inline constexpr std::size_t kMicrophoneGroups = 20;

/// Up to `limit` numbers of [first, end), evenly spread.
std::vector<std::size_t> spread(std::size_t first, std::size_t end, std::size_t limit);

/// Predictions for some bins, in the sensor frame.
Directions predict_bins(Predictor& predictor, const Dataset& dataset,
                        const std::vector<std::size_t>& bins, core::ThreadPool& pool);

/// Predictions for bins turned into the world and summed: unit length, or zero if they cancel.
/// @param r_sensor  predictions for `bins`, row by row
Eigen::Vector3d pool_in_world(const Dataset& dataset, const std::vector<std::size_t>& bins,
                              const Directions& r_sensor);

/// Least squares for value = <slope, direction> + offset.
struct DirectionFit {
  Eigen::Matrix4d normal = Eigen::Matrix4d::Zero();
  Eigen::Vector4d right = Eigen::Vector4d::Zero();
  std::size_t count = 0;

  void add(const Eigen::Vector3d& direction, double value);
  /// A little damped, so that directions never heard get no slope.
  Eigen::Vector3d slope() const;
};

/// Adds an interval's windows of a tenth of a second: the model's direction in the sensor frame
/// (pooled over the interval in the world), and the microphones' difference: seconds by which A
/// hears before B, or decibels by which it hears louder.
void add_microphone_cues(Predictor& predictor, const Dataset& dataset, const Interval& interval,
                         const ReflectionOptions& options, core::ThreadPool& pool,
                         DirectionFit& fit);

}  // namespace learn
