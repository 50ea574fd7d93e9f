#include "formats/pose_decoder.h"

#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/errors.h"
#include "core/units.h"
#include "so3/rotation.h"

namespace formats {
namespace {

constexpr double kLengthTolerance = 0.01;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Numbers of a 3 x 4 or 4 x 4 matrix, row by row, that a table without names may hold: alone, or
/// after a time.
bool is_matrix_row(std::size_t columns) {
  return columns == 12 || columns == 13 || columns == 16 || columns == 17;
}

Eigen::Matrix3d matrix_of(std::span<const double> numbers) {
  Eigen::Matrix3d R;
  for (std::size_t i = 0; i < 9; ++i) {
    R(static_cast<Eigen::Index>(i / 3), static_cast<Eigen::Index>(i % 3)) = numbers[i];
  }
  return R;
}

/// rad in a unit of angles, by the name of the columns, otherwise as stated.
double angle_unit(const MotionColumns& columns, const VectorColumns& angles,
                  const LogReading& reading) {
  const bool degrees = reading.angle_unit == AngleUnit::kDegrees;
  const double stated_rad = degrees ? core::degrees_to_radians(1.0) : 1.0;
  if (!angles.unit || (angles.stated && reading.angle_unit)) {
    if (reading.angle_unit) return stated_rad;
    throw core::UsageError(columns.path().string() + ": angles: state --angle-unit deg or rad");
  }
  if (reading.angle_unit && std::abs(stated_rad - angles.unit->factor) > 1e-9) {
    throw core::InputError(
        fmt::format("{}: the names say that angles are in {}, --angle-unit says {}",
                    columns.path().string(), angles.unit->name, degrees ? "deg" : "rad"));
  }
  return angles.unit->factor;
}

}  // namespace

const char* name_of(QuaternionOrder order) {
  return order == QuaternionOrder::kWxyz ? "wxyz" : "xyzw";
}

char name_of(Axis axis) { return axis == Axis::kX ? 'x' : axis == Axis::kY ? 'y' : 'z'; }

std::string quaternion_fault(const Eigen::Quaterniond& q) {
  if (std::abs(q.norm() - 1.0) < kLengthTolerance) return "";
  return fmt::format("expected a unit quaternion, found one of length {:.4g}", q.norm());
}

PoseDecoder::PoseDecoder(const MotionColumns& columns, const LogReading& reading) {
  const bool stated_angles = reading.columns.contains("roll");
  if (stated_angles && take_euler(columns, reading)) return;
  if (take_quaternion(columns) || take_matrix(columns) || take_euler(columns, reading) ||
      take_ordered(columns, reading) || take_rotation_vector(columns)) {
    return;
  }
  throw core::InputError(fmt::format(
      "{}: expected a header with columns time, qw, qx, qy, qz, or roll, pitch, yaw, or "
      "rotation_11 ... rotation_33 in the spelling of a usual logger, or (without names) "
      "time and four numbers, TUM's eight or KITTI's twelve; found {}; other names: "
      "state --columns time=NAME,qw=NAME,qx=NAME,qy=NAME,qz=NAME",
      columns.path().string(), columns.list()));
}

bool PoseDecoder::take_quaternion(const MotionColumns& columns) {
  const auto found = columns.quaternion();
  if (!found) return false;
  columns_.assign(found->column.begin(), found->column.end());
  stem_ = found->stem;
  meaning_ = fmt::format("quaternions w x y z from columns {}, {}, {}, {}", columns_[0] + 1,
                         columns_[1] + 1, columns_[2] + 1, columns_[3] + 1);
  return true;
}

bool PoseDecoder::take_matrix(const MotionColumns& columns) {
  if (const auto found = columns.matrix()) {
    columns_.assign(found->begin(), found->end());
  } else if (columns.unnamed() && is_matrix_row(columns.size())) {
    has_time_ = columns.size() % 4 == 1;
    for (std::size_t i = 0; i < 9; ++i) columns_.push_back(i / 3 * 4 + i % 3 + (has_time_ ? 1 : 0));
  } else {
    return false;
  }
  kind_ = Kind::kMatrix;
  // fmt::format without arguments: GCC 12 warns of a move out of bounds if the literal is assigned.
  meaning_ =
      fmt::format("rotation matrices, array vectors to world vectors (assumed; else --inverse)");
  return true;
}

bool PoseDecoder::take_euler(const MotionColumns& columns, const LogReading& reading) {
  const auto angles = columns.euler();
  if (!angles) return false;
  angle_unit_rad_ = angle_unit(columns, *angles, reading);
  if (!reading.euler_order) {
    throw core::UsageError(
        columns.path().string() +
        ": angles: state --euler-order, such as zyx (yaw about z, then pitch about "
        "the turned y, then roll about the turned x)");
  }
  kind_ = Kind::kEuler;
  columns_.assign(angles->column.begin(), angles->column.end());
  stem_ = angles->stem;
  order_ = *reading.euler_order;
  std::string order;
  for (const Axis axis : order_) order += name_of(axis);
  meaning_ = fmt::format("roll, pitch, yaw in {}, order {} about the turned axes",
                         angle_unit_rad_ < 1.0 ? "degrees" : "rad", order);
  return true;
}

/// Four columns in the stated order: those whose names do not state it (q0 ... q3, quaternion_1 ...
/// quaternion_4), or the last four of a table without names. Xsens' exports put the scalar first.
bool PoseDecoder::take_ordered(const MotionColumns& columns, const LogReading& reading) {
  const auto numbered = columns.numbered_quaternion();
  if (numbered) {
    columns_.assign(numbered->column.begin(), numbered->column.end());
    stem_ = numbered->stem;
  } else if (columns.unnamed() && (columns.size() == 5 || columns.size() == 8)) {
    for (std::size_t i = 0; i < 4; ++i) columns_.push_back(columns.size() - 4 + i);
  } else {
    return false;
  }
  const bool xsens = columns.find({"packetcounter"}).has_value();
  if (!reading.quaternion_order && !xsens) {
    throw core::UsageError(
        fmt::format("{}: no header says the order of the quaternions ({}): state --quat-order wxyz "
                    "or xyzw",
                    columns.path().string(), columns.list()));
  }
  const QuaternionOrder order = reading.quaternion_order.value_or(QuaternionOrder::kWxyz);
  if (order == QuaternionOrder::kXyzw) {
    std::rotate(columns_.begin(), columns_.end() - 1, columns_.end());
  }
  meaning_ = fmt::format("quaternions in the {} order {}",
                         reading.quaternion_order ? "stated" : "Xsens", name_of(order));
  return true;
}

/// Vicon's RX, RY, RZ beside a sub frame: the axis of the rotation, as long as the angle.
bool PoseDecoder::take_rotation_vector(const MotionColumns& columns) {
  const auto found = columns.vector(Quantity::kRotation);
  if (!found || !found->unit || !columns.has(Quantity::kSubFrame)) return false;
  kind_ = Kind::kRotationVector;
  columns_.assign(found->column.begin(), found->column.end());
  stem_ = found->stem;
  angle_unit_rad_ = found->unit->factor;
  meaning_ = fmt::format("axes of rotation as long as the angle, in {}, from columns {}, {}, {}",
                         found->unit->name, columns_[0] + 1, columns_[1] + 1, columns_[2] + 1);
  return true;
}

Eigen::Quaterniond PoseDecoder::orientation(std::span<const double> numbers) const {
  const bool finite =
      std::ranges::all_of(numbers, [](double number) { return std::isfinite(number); });
  if (!finite) return {kNaN, kNaN, kNaN, kNaN};
  switch (kind_) {
    case Kind::kMatrix:
      return Eigen::Quaterniond(matrix_of(numbers));
    case Kind::kRotationVector:
      return so3::exp(angle_unit_rad_ * Eigen::Vector3d(numbers[0], numbers[1], numbers[2]));
    case Kind::kEuler: {
      Eigen::Quaterniond q = Eigen::Quaterniond::Identity();
      for (const Axis axis : order_) {
        const auto index = static_cast<std::size_t>(axis);
        q = q * so3::exp(Eigen::Vector3d::Unit(static_cast<Eigen::Index>(index)) *
                         (angle_unit_rad_ * numbers[index]));
      }
      return q;
    }
    default:
      return {numbers[0], numbers[1], numbers[2], numbers[3]};
  }
}

std::string PoseDecoder::fault(std::span<const double> numbers) const {
  const bool finite =
      std::ranges::all_of(numbers, [](double number) { return std::isfinite(number); });
  if (!finite) return "";
  if (kind_ != Kind::kMatrix) return quaternion_fault(orientation(numbers));
  const Eigen::Matrix3d R = matrix_of(numbers);
  const bool rotation =
      (R * R.transpose() - Eigen::Matrix3d::Identity()).norm() < 0.02 && R.determinant() > 0.0;
  return rotation ? "" : "expected a rotation matrix (orthonormal, det 1)";
}

}  // namespace formats
