/// Orientation over time.
#pragma once

#include <Eigen/Geometry>
#include <cstddef>
#include <span>
#include <vector>

namespace so3 {

/// Orientation samples q_world_sensor at increasing times, read at any time by slerp.
/// Invariants: at least one sample; times strictly increase; quaternions have unit length.
class Track {
 public:
  /// @param time_s      sample times, s, strictly increasing
  /// @param quaternion  q_world_sensor of each sample; normalized here
  /// @throws core::InputError  on different lengths, no samples, backward or non-finite time, a
  ///                           quaternion that is not finite or whose length is not within 1 % of 1
  Track(std::vector<double> time_s, std::vector<Eigen::Quaterniond> quaternion);

  /// Orientation at a time. Before the first and after the last sample it is that sample.
  Eigen::Quaterniond at(double time_s) const;

  std::span<const double> time_s() const { return time_s_; }
  std::span<const Eigen::Quaterniond> quaternion() const { return quaternion_; }
  std::size_t size() const { return time_s_.size(); }

 private:
  std::vector<double> time_s_;
  std::vector<Eigen::Quaterniond> quaternion_;
  std::vector<Eigen::Vector3d> step_;  ///< rotation vectors from each sample to the next
};

}  // namespace so3
