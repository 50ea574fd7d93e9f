/// What errors depend on: confidence, direction, and how well the orientation is known.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/random.h"

namespace doa {

/// Estimates of similar confidence.
struct ConfidenceGroup {
  double lowest_confidence = 0.0;
  double highest_confidence = 0.0;
  double mean_confidence = 0.0;
  double mean_error_deg = 0.0;
  double median_error_deg = 0.0;
  std::size_t n = 0;
};

/// Error over confidence: estimates sorted by confidence and cut into groups of equal size (to
/// one), lowest first; fewer groups if there are fewer estimates. Source: paper.txt, figure 2(b)
/// @param confidence  [n], any finite numbers; @param error_deg  [n]
/// @throws core::InputError  if lengths differ or a value is not finite; core::UsageError for 0
/// groups
std::vector<ConfidenceGroup> confidence_curve(std::span<const double> confidence,
                                              std::span<const double> error_deg,
                                              std::size_t groups = 10);

/// From a confidence to the error to expect, learned from estimates with known truth. The expected
/// error never rises with confidence: group means that do are pooled with their neighbors (pool
/// adjacent violators), and values in between are interpolated over the logarithm of the
/// confidence.
class ConfidenceCalibration {
 public:
  /// @throws core::InputError  as confidence_curve, and if there is no estimate or a confidence is
  /// negative
  ConfidenceCalibration(std::span<const double> confidence, std::span<const double> error_deg,
                        std::size_t groups = 50);

  /// From points kept of an earlier one, such as in a file.
  /// @param log_confidence  natural logarithm, rising; @param error_deg  falling or level, >= 0
  /// @throws core::InputError  if they are not, are not finite, or lengths differ or are zero
  static ConfidenceCalibration from_points(std::vector<double> log_confidence,
                                           std::vector<double> error_deg);

  const std::vector<double>& log_confidence() const { return log_confidence_; }
  const std::vector<double>& error_deg() const { return error_deg_; }

  /// Expected error, degrees; held constant outside the confidences it was learned from.
  double expected_error_deg(double confidence) const;

 private:
  ConfidenceCalibration() = default;

  std::vector<double> log_confidence_;  ///< rising
  std::vector<double> error_deg_;       ///< falling or level
};

/// One point of a reliability plot: what was predicted for a group of estimates, and what came.
struct ReliabilityPoint {
  double predicted_deg = 0.0;
  double actual_deg = 0.0;
  std::size_t n = 0;
};

/// Mean predicted and actual error in groups of equal size, sorted by prediction.
/// @throws core::InputError, core::UsageError  as confidence_curve
std::vector<ReliabilityPoint> reliability(std::span<const double> predicted_deg,
                                          std::span<const double> error_deg,
                                          std::size_t groups = 10);

/// Errors by direction: is any part of the sphere worse? Cells have equal area: columns of azimuth
/// times rows of equal steps in z.
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

/// The orientation as a drifting sensor would report it: true at the first frame, turned about one
/// random world axis by an angle that grows evenly to total_deg at the last. A constant error would
/// not show: turned into the world and back by the same wrong orientation, a direction returns to
/// where it was.
/// @param q_world_sensor  true orientation of every frame
std::vector<Eigen::Quaterniond> drifting_orientation(
    std::span<const Eigen::Quaterniond> q_world_sensor, double total_deg,
    core::RandomStream& random);

/// Bin directions as another orientation would have turned them into the world.
/// @param r_world  made with q_from, [bins, 3]; @param frame  of each bin, [bins]
/// @return         the same sensor directions turned by q_to, [bins, 3]
/// @throws core::InputError  if lengths do not match or a frame has no orientation
std::vector<float> turn_bins(std::span<const float> r_world, std::span<const std::uint32_t> frame,
                             std::span<const Eigen::Quaterniond> q_from,
                             std::span<const Eigen::Quaterniond> q_to);

}  // namespace doa
