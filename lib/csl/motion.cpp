#include "csl/motion.h"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/units.h"
#include "csl/reflection_cues.h"
#include "so3/grid.h"
#include "so3/rotation.h"

namespace csl {
namespace {

constexpr std::size_t kFramesPerInterval = 16;  ///< compared with each other, evenly spread
constexpr std::size_t kIntervals = 300;         ///< looked at for the share heard
constexpr std::size_t kBins = 512;              ///< of each
constexpr std::size_t kGridPoints = 1000;
constexpr double kHeardDeg = 15.0;

/// Sum over pairs of frames of w w^T, w the rotation vector from one to the other in the sensor
/// frame.
Eigen::Matrix3d interval_moment(const Dataset& dataset, const Interval& interval) {
  const std::vector<std::size_t> frames =
      spread(interval.first_frame, interval.end_frame, kFramesPerInterval);
  Eigen::Matrix3d moment = Eigen::Matrix3d::Zero();
  for (std::size_t i = 0; i < frames.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const Eigen::Matrix3d turn =
          (dataset.R_world_sensor[frames[i]].transpose() * dataset.R_world_sensor[frames[j]])
              .cast<double>();
      const Eigen::AngleAxisd rotation(turn);
      const Eigen::Vector3d w = rotation.angle() * rotation.axis();
      moment += w * w.transpose();
    }
  }
  const double pairs = 0.5 * static_cast<double>(frames.size() * (frames.size() - 1));
  return pairs > 0.0 ? Eigen::Matrix3d(moment / pairs) : moment;
}

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

MotionSpread motion_spread(const Dataset& dataset) {
  Eigen::Matrix3d moment = Eigen::Matrix3d::Zero();
  for (const Interval& interval : dataset.intervals) moment += interval_moment(dataset, interval);
  moment /= std::max<double>(1.0, static_cast<double>(dataset.intervals.size()));
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> eigen(moment);
  MotionSpread result;
  for (int i = 0; i < 3; ++i) {  // eigenvalues rise
    result.rms_deg[i] =
        core::radians_to_degrees(std::sqrt(std::max(0.0, eigen.eigenvalues()[2 - i])));
  }
  result.main_axis = eigen.eigenvectors().col(2);
  return result;
}

MotionVerdict judge(const MotionSpread& spread) {
  if (spread.rms_deg[1] < kLeastSecondAxisDeg) return MotionVerdict::kUnidentified;
  return spread.rms_deg[1] < kWeakSecondAxisDeg ? MotionVerdict::kWeak : MotionVerdict::kEnough;
}

std::string advice(const MotionSpread& spread) {
  if (judge(spread) == MotionVerdict::kEnough) return "";
  if (spread.rms_deg[0] < kLeastSecondAxisDeg) {
    return fmt::format(
        "the array hardly turns while the source sounds ({:.1f} degrees rms): turn it by 30 "
        "degrees or more about at least two different axes",
        spread.rms_deg[0]);
  }
  const std::string found = fmt::format(
      "the array turns {:.1f} degrees rms about its axis ({:+.2f}, {:+.2f}, {:+.2f}) and only "
      "{:.1f} about any second axis",
      spread.rms_deg[0], spread.main_axis.x(), spread.main_axis.y(), spread.main_axis.z(),
      spread.rms_deg[1]);
  if (judge(spread) == MotionVerdict::kWeak) {
    return found + ": little to learn from; also turn it by 20 degrees or more about another axis";
  }
  return found +
         ": any further turn about this axis would fit the recording as well, so the map cannot be "
         "found; also nod, tilt or roll the array (turning it about another axis in other sessions "
         "is enough)";
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

}  // namespace csl
