/// Dependence of errors on confidence, direction and errors of the orientation.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/random.h"

namespace doa {

/// Estimates of similar confidence: their number n, their confidences and their errors.
struct ConfidenceGroup {
  double lowest_confidence = 0.0;
  double highest_confidence = 0.0;
  double mean_confidence = 0.0;
  double mean_error_deg = 0.0;
  double median_error_deg = 0.0;
  std::size_t n = 0;
};

/// Error over confidence: estimates sorted by confidence and cut into groups, lowest first. Sizes
/// of groups differ by at most one. There are fewer groups if there are fewer estimates.
/// @param confidence  [n], any finite numbers
/// @param error_deg   [n]
/// @throws core::InputError  if lengths differ or a value is not finite
/// @throws core::UsageError  for 0 groups
/// Source: C-SL paper, figure 2(b)
std::vector<ConfidenceGroup> confidence_curve(std::span<const double> confidence,
                                              std::span<const double> error_deg,
                                              std::size_t groups = 10);

/// Expected error of a confidence, learned from estimates with known truth. The expected error
/// never rises with confidence: group means that rise are averaged with their neighbors (pool
/// adjacent violators). Values between the groups are interpolated over the logarithm of the
/// confidence.
class ConfidenceCalibration {
 public:
  /// @throws core::InputError  as confidence_curve(), and if there is no estimate or a confidence
  ///                           is negative
  ConfidenceCalibration(std::span<const double> confidence, std::span<const double> error_deg,
                        std::size_t groups = 50);

  /// Restores a calibration from its points, such as from a file.
  /// @param log_confidence  natural logarithm, rising
  /// @param error_deg       falling or level, >= 0
  /// @throws core::InputError  if the order is wrong, a value is not finite, or lengths differ or
  ///                           are zero
  static ConfidenceCalibration from_points(std::vector<double> log_confidence,
                                           std::vector<double> error_deg);

  const std::vector<double>& log_confidence() const { return log_confidence_; }
  const std::vector<double>& error_deg() const { return error_deg_; }

  /// Expected error, degrees; constant outside the confidences that it was learned from.
  double expected_error_deg(double confidence) const;

 private:
  ConfidenceCalibration() = default;

  std::vector<double> log_confidence_;  ///< rising
  std::vector<double> error_deg_;       ///< falling or level
};

/// One point of a reliability plot: predicted and actual mean error of a group of n estimates.
struct ReliabilityPoint {
  double predicted_deg = 0.0;
  double actual_deg = 0.0;
  std::size_t n = 0;
};

/// Mean predicted and actual error in groups of equal size, sorted by prediction.
/// @throws core::InputError, core::UsageError  as confidence_curve()
std::vector<ReliabilityPoint> reliability(std::span<const double> predicted_deg,
                                          std::span<const double> error_deg,
                                          std::size_t groups = 10);

/// Mean error by direction. The sphere is cut into cells of equal area: columns of azimuth times
/// rows of equal steps in z.
class DirectionErrorMap {
 public:
  /// @throws core::UsageError  if columns or rows is 0
  explicit DirectionErrorMap(std::size_t columns = 12, std::size_t rows = 6);

  /// @param direction  of the truth, any non-zero length, usually in the sensor frame
  void add(const Eigen::Vector3d& direction, double error_deg);

  std::size_t columns() const { return columns_; }
  std::size_t rows() const { return rows_; }
  std::size_t total() const { return total_; }
  /// Estimates in the cell of a direction, and their mean error; NaN for a cell without any.
  std::size_t count(const Eigen::Vector3d& direction) const { return count_[cell(direction)]; }
  double mean_error_deg(const Eigen::Vector3d& direction) const;

 private:
  std::size_t cell(const Eigen::Vector3d& direction) const;

  std::size_t columns_, rows_, total_ = 0;
  std::vector<double> sum_deg_;
  std::vector<std::size_t> count_;
};

/// The orientation of a drifting sensor: true at the first frame, turned about one random world
/// axis by an angle that grows evenly to total_deg at the last frame. A constant error would have
/// no effect: a direction that is turned into the world and back by one wrong orientation stays the
/// same.
/// @param q_world_sensor  true orientation of every frame
std::vector<Eigen::Quaterniond> drifting_orientation(
    std::span<const Eigen::Quaterniond> q_world_sensor, double total_deg,
    core::RandomStream& random);

/// Turns bins from the world of one orientation into the world of another.
/// @param r_world  sensor directions turned by q_from, [bins, 3]
/// @param frame    of each bin, [bins]
/// @return         the same sensor directions turned by q_to, [bins, 3]
/// @throws core::InputError  if lengths do not match or a frame has no orientation
std::vector<float> turn_bins(std::span<const float> r_world, std::span<const std::uint32_t> frame,
                             std::span<const Eigen::Quaterniond> q_from,
                             std::span<const Eigen::Quaterniond> q_to);

}  // namespace doa
