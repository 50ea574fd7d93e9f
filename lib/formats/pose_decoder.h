/// Orientations in the rows of a motion log: quaternions, angles, matrices or rotation vectors.
#pragma once

#include <Eigen/Geometry>
#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "formats/motion_columns.h"

namespace formats {

/// Order of the four numbers of a quaternion in a row.
enum class QuaternionOrder { kWxyz, kXyzw };
enum class AngleUnit { kDegrees, kRadians };
enum class Axis { kX, kY, kZ };
/// Axes of three turns, in order. Each turn is about the axis as the earlier turns left it.
using EulerOrder = std::array<Axis, 3>;

/// "wxyz", "xyzw".
const char* name_of(QuaternionOrder order);
/// 'x', 'y', 'z'.
char name_of(Axis axis);

/// How to read a motion log. The log does not always say how its numbers are meant; what is empty
/// the user has not stated.
struct LogReading {
  StatedColumns columns;  ///< Columns that the user names himself.
  std::string body;       ///< The body that is read where a file holds several.
  std::optional<QuaternionOrder> quaternion_order;  ///< Needed where no header states the order.
  std::optional<EulerOrder> euler_order;            ///< Needed for roll, pitch, yaw.
  std::optional<AngleUnit> angle_unit;              ///< Needed for angles without unit in the name.
  std::optional<TimeUnit> time_unit;                ///< Not stated: by the column's name, else s.
  std::optional<double> frame_rate_hz;              ///< Needed for a log that counts frames.
  /// The quaternions turn world vectors into sensor vectors. Default: false.
  bool inverse = false;
};

/// Says what is wrong with a finite quaternion whose length is not within 1 % of 1; empty for a
/// quaternion that is accepted.
std::string quaternion_fault(const Eigen::Quaterniond& q);

/// Makes the orientation of a row from the numbers of its columns.
class PoseDecoder {
 public:
  /// @throws core::UsageError  if an option is needed that is not stated
  /// @throws core::InputError  if the columns hold no orientation, or a stated unit contradicts the
  ///                           names
  PoseDecoder(const MotionColumns& columns, const LogReading& reading);

  /// Columns whose numbers orientation() takes.
  std::span<const std::size_t> columns() const { return columns_; }
  /// The orientation as the file gives it (LogReading::inverse is not applied); NaN where a number
  /// is NaN. @param numbers  one for each of columns()
  Eigen::Quaterniond orientation(std::span<const double> numbers) const;
  /// What is wrong with the numbers of a row; empty: nothing, or they are not finite.
  std::string fault(std::span<const double> numbers) const;
  /// Which columns are read, and as what.
  const std::string& meaning() const { return meaning_; }
  /// Words that the columns' names share, for MotionColumns::time().
  const std::string& stem() const { return stem_; }
  /// False for a table without names that has no column of times (KITTI's matrices).
  bool has_time() const { return has_time_; }

 private:
  enum class Kind { kQuaternion, kMatrix, kEuler, kRotationVector };
  bool take_quaternion(const MotionColumns& columns);
  bool take_matrix(const MotionColumns& columns);
  bool take_euler(const MotionColumns& columns, const LogReading& reading);
  bool take_ordered(const MotionColumns& columns, const LogReading& reading);
  bool take_rotation_vector(const MotionColumns& columns);

  Kind kind_ = Kind::kQuaternion;
  std::vector<std::size_t> columns_;
  double angle_unit_rad_ = 1.0;
  EulerOrder order_{};
  bool has_time_ = true;
  std::string meaning_;
  std::string stem_;
};

}  // namespace formats
