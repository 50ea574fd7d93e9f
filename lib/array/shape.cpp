#include "array/shape.h"

#include <fmt/format.h>

#include <Eigen/Geometry>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace array {
namespace {

/// Extent below which a dimension counts as none, relative to the aperture.
constexpr double kThin = 0.05;

/// The vector or its opposite, whichever has a positive largest component.
Eigen::Vector3d positive(const Eigen::Vector3d& v) {
  Eigen::Index largest = 0;
  v.cwiseAbs().maxCoeff(&largest);
  return v[largest] < 0.0 ? Eigen::Vector3d(-v) : v;
}

/// Removes what rounding leaves of an axis of the frame.
Eigen::Vector3d cleaned(const Eigen::Vector3d& v) {
  Eigen::Vector3d clean = v;
  for (double& x : clean) {
    if (std::abs(x) < 1e-9) x = 0.0;
  }
  return clean.normalized();
}

/// Extent of the microphones along a direction, m.
double extent_along(std::span<const Eigen::Vector3d> position_m, const Eigen::Vector3d& axis) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const Eigen::Vector3d& p : position_m) {
    low = std::min(low, axis.dot(p));
    high = std::max(high, axis.dot(p));
  }
  return high - low;
}

/// Principal axes of the microphones, columns, the longest first.
Eigen::Matrix3d principal_axes(std::span<const Eigen::Vector3d> position_m) {
  Eigen::Vector3d center = Eigen::Vector3d::Zero();
  for (const Eigen::Vector3d& p : position_m) center += p / static_cast<double>(position_m.size());
  Eigen::Matrix3d scatter = Eigen::Matrix3d::Zero();
  for (const Eigen::Vector3d& p : position_m) scatter += (p - center) * (p - center).transpose();
  return Eigen::JacobiSVD<Eigen::Matrix3d>(scatter, Eigen::ComputeFullU).matrixU();
}

}  // namespace

Shape shape_of(std::span<const Eigen::Vector3d> position_m) {
  Shape shape;
  shape.spacing_m = std::numeric_limits<double>::infinity();
  for (std::size_t a = 0; a < position_m.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const double distance = (position_m[a] - position_m[b]).norm();
      shape.aperture_m = std::max(shape.aperture_m, distance);
      shape.spacing_m = std::min(shape.spacing_m, distance);
    }
  }
  const Eigen::Matrix3d axes = principal_axes(position_m);
  const double thin_m = kThin * shape.aperture_m;
  if (extent_along(position_m, axes.col(1)) <= thin_m) {
    shape.extent = Extent::kLine;
    shape.axis = cleaned(positive(axes.col(0)));
  } else if (extent_along(position_m, axes.col(2)) <= thin_m) {
    shape.extent = Extent::kPlane;
    shape.axis = cleaned(positive(axes.col(2)));
  }
  return shape;
}

Eigen::Vector3d representative(const Shape& shape, const Eigen::Vector3d& direction,
                               const Eigen::Vector3d& reference) {
  if (shape.extent == Extent::kVolume) return direction;
  const double along = shape.axis.dot(direction);
  if (shape.extent == Extent::kPlane) {
    const bool right_side = along * shape.axis.dot(reference) >= 0.0;
    return right_side ? direction : Eigen::Vector3d(direction - 2.0 * along * shape.axis);
  }
  const Eigen::Vector3d across = reference - shape.axis.dot(reference) * shape.axis;
  if (across.norm() < 1e-9) return direction;
  return along * shape.axis + std::sqrt(std::max(0.0, 1.0 - along * along)) * across.normalized();
}

std::vector<Eigen::Vector3d> rivals(const Shape& shape, const Eigen::Vector3d& direction) {
  const double along = shape.axis.dot(direction);
  if (shape.extent == Extent::kVolume) return {};
  if (shape.extent == Extent::kPlane) return {direction - 2.0 * along * shape.axis};
  constexpr int kPoints = 24, kNear = 2;
  std::vector<Eigen::Vector3d> cone;
  for (int i = kNear; i <= kPoints - kNear; ++i) {
    const double turn = 2.0 * std::numbers::pi * i / kPoints;
    cone.push_back(Eigen::AngleAxisd(turn, shape.axis) * direction);
  }
  return cone;
}

Eigen::Vector3d default_side(const Shape& shape) {
  if (shape.extent != Extent::kLine) return shape.axis;
  for (Eigen::Index axis = 0; axis < 2; ++axis) {
    const Eigen::Vector3d wanted = Eigen::Vector3d::Unit(axis);
    const Eigen::Vector3d across = wanted - shape.axis.dot(wanted) * shape.axis;
    if (across.norm() > 0.5) return across.normalized();
  }
  return shape.axis.unitOrthogonal();
}

std::string axis_text(const Eigen::Vector3d& axis) {
  for (Eigen::Index i = 0; i < 3; ++i) {
    if (std::abs(axis[i]) > 0.9999) return fmt::format("{}{}", axis[i] < 0.0 ? '-' : '+', "xyz"[i]);
  }
  return fmt::format("({:.2f}, {:.2f}, {:.2f})", axis.x(), axis.y(), axis.z());
}

std::string ambiguity_text(const Shape& shape) {
  if (shape.extent == Extent::kVolume) return "";
  if (shape.extent == Extent::kPlane) {
    return fmt::format("flat: it cannot tell {} from {}", axis_text(shape.axis),
                       axis_text(-shape.axis));
  }
  return fmt::format("a line: it hears only the angle to {}", axis_text(shape.axis));
}

std::string text_picture(std::span<const Eigen::Vector3d> position_m) {
  constexpr std::size_t kColumns = 31, kRows = 11;
  const Shape shape = shape_of(position_m);
  // Seen along the axis of the frame that the plane's normal is nearest to; else from above.
  Eigen::Index away = 2;
  if (shape.extent == Extent::kPlane) shape.axis.cwiseAbs().maxCoeff(&away);
  if (shape.extent == Extent::kLine && std::abs(shape.axis.z()) > 0.5) away = 1;
  const Eigen::Index right = away == 0 ? 1 : 0, up = away == 2 ? 1 : 2;
  const auto middle = [&](Eigen::Index i) {
    const auto [low, high] = std::minmax_element(
        position_m.begin(), position_m.end(),
        [i](const Eigen::Vector3d& a, const Eigen::Vector3d& b) { return a[i] < b[i]; });
    return 0.5 * ((*low)[i] + (*high)[i]);
  };
  const double x0 = middle(right), y0 = middle(up);
  std::vector<std::string> rows(kRows, std::string(kColumns, ' '));
  for (std::size_t m = 0; m < position_m.size(); ++m) {
    // A cell of a terminal is about twice as high as wide.
    const double x = (position_m[m][right] - x0) / shape.aperture_m;
    const double y = (position_m[m][up] - y0) / shape.aperture_m;
    const auto column =
        static_cast<std::size_t>(std::lround(0.5 * (kColumns - 3) + 0.66 * (kColumns - 3) * x));
    const auto row = static_cast<std::size_t>(std::lround(0.5 * (kRows - 1) - (kRows - 1) * y));
    const std::string number = std::to_string(m + 1);
    rows[row].replace(column, number.size(), number);
  }
  std::string text;
  for (std::string& row : rows) {
    row.erase(row.find_last_not_of(' ') + 1);
    if (!row.empty()) text += "  " + row + "\n";
  }
  return text + fmt::format("  {} to the right, {} up, {:.1f} cm from end to end", "xyz"[right],
                            "xyz"[up], 100.0 * shape.aperture_m);
}

}  // namespace array
