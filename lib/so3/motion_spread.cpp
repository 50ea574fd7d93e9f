#include "so3/motion_spread.h"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/units.h"
#include "so3/rotation.h"

namespace so3 {
namespace {

constexpr std::size_t kFramesPerInterval = 16;

}  // namespace

void MotionSpreadSum::add_interval(std::span<const Eigen::Quaterniond> q_world_sensor) {
  const std::size_t frames = std::min(kFramesPerInterval, q_world_sensor.size());
  Eigen::Matrix3d moment = Eigen::Matrix3d::Zero();
  const auto at = [&](std::size_t i) { return q_world_sensor[i * q_world_sensor.size() / frames]; };
  for (std::size_t i = 0; i < frames; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const Eigen::Vector3d turn = log(at(i).conjugate() * at(j));
      moment += turn * turn.transpose();
    }
  }
  const double pairs =
      0.5 * static_cast<double>(frames * (frames - std::min<std::size_t>(1, frames)));
  if (pairs > 0.0) moment_ += moment / pairs;
  ++intervals_;
}

MotionSpread MotionSpreadSum::spread() const {
  const double intervals = std::max<double>(1.0, static_cast<double>(intervals_));
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> eigen(moment_ / intervals);
  MotionSpread result;
  for (int i = 0; i < 3; ++i) {  // eigenvalues are in increasing order
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
    return found +
           ": this may be too little; also turn it by 20 degrees or more about another axis";
  }
  return found +
         ": the map turned about this axis by any angle fits the recording equally well, so that "
         "training cannot find the map; also nod, tilt or roll the array (turning it about another "
         "axis in other sessions is enough)";
}

}  // namespace so3
