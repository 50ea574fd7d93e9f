#include "learn/motion.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/units.h"
#include "learn/reflection_cues.h"
#include "so3/grid.h"
#include "so3/rotation.h"

namespace learn {
namespace {

constexpr std::size_t kFramesPerInterval = 16;  ///< directions looked at, evenly spread
constexpr std::size_t kIntervals = 300;         ///< looked at for the share heard
constexpr std::size_t kBins = 512;              ///< of each
constexpr std::size_t kGridPoints = 1000;
constexpr double kHeardDeg = 15.0;

/// Directions in the sensor frame from which an interval was heard.
void append_heard(Predictor& predictor, const Dataset& dataset, const Interval& interval,
                  core::ThreadPool& pool, std::vector<Eigen::Vector3d>& heard) {
  const std::vector<std::size_t> bins = spread(interval.first_bin, interval.end_bin, kBins);
  const Directions r_sensor = predict_bins(predictor, dataset, bins, pool);
  const Eigen::Vector3d world = pool_in_world(dataset, bins, r_sensor);
  if (world.isZero(0.0)) return;
  for (const std::size_t frame :
       spread(interval.first_frame, interval.end_frame, kFramesPerInterval)) {
    heard.push_back(dataset.R_world_sensor[frame].transpose().cast<double>() * world);
  }
}

}  // namespace

so3::MotionSpread motion_spread(const Dataset& dataset) {
  so3::MotionSpreadSum sum;
  std::vector<Eigen::Quaterniond> q_world_sensor;
  for (const Interval& interval : dataset.intervals) {
    q_world_sensor.clear();
    for (std::uint32_t frame = interval.first_frame; frame < interval.end_frame; ++frame) {
      q_world_sensor.emplace_back(dataset.R_world_sensor[frame].cast<double>());
    }
    sum.add_interval(q_world_sensor);
  }
  return sum.spread();
}

double heard_share(const Model& model, const Dataset& dataset, core::ThreadPool& pool) {
  Predictor predictor(model);
  std::vector<Eigen::Vector3d> heard;
  for (const std::size_t i : spread(0, dataset.intervals.size(), kIntervals)) {
    append_heard(predictor, dataset, dataset.intervals[i], pool, heard);
  }
  const std::vector<Eigen::Vector3d> grid = so3::fibonacci_grid(kGridPoints);
  const double near = std::cos(core::degrees_to_radians(kHeardDeg));
  const auto covered = std::ranges::count_if(grid, [&](const Eigen::Vector3d& point) {
    return std::ranges::any_of(
        heard, [&](const Eigen::Vector3d& direction) { return direction.dot(point) >= near; });
  });
  return static_cast<double>(covered) / static_cast<double>(grid.size());
}

}  // namespace learn
