#include "doa/smooth_peak.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <vector>

namespace doa {
namespace {

/// Sixteen points of the unit disk: its center, five on a ring, ten on the edge.
constexpr std::size_t kDiskPoints = 16;
std::array<Eigen::Vector2d, kDiskPoints> disk_points() {
  std::array<Eigen::Vector2d, kDiskPoints> points;
  points[0].setZero();
  for (std::size_t i = 1; i < kDiskPoints; ++i) {
    const bool inner = i <= 5;
    const double turns =
        inner ? static_cast<double>(i) / 5.0 + 0.05 : static_cast<double>(i) / 10.0;
    const double angle = 2.0 * std::numbers::pi * turns;
    points[i] = (inner ? 0.55 : 1.0) * Eigen::Vector2d(std::cos(angle), std::sin(angle));
  }
  return points;
}

/// f = c0 + c1 u + c2 v + c3 u^2 + c4 u v + c5 v^2.
using Paraboloid = Eigen::Matrix<double, 6, 1>;
Paraboloid paraboloid_terms(double u, double v) {
  Paraboloid terms;
  terms << 1.0, u, v, u * u, u * v, v * v;
  return terms;
}

/// The peak of a paraboloid, if it has one in the unit disk.
std::optional<Eigen::Vector2d> peak_in_disk(const Paraboloid& c) {
  Eigen::Matrix2d curvature;
  curvature << 2.0 * c[3], c[4], c[4], 2.0 * c[5];
  if (!(curvature(0, 0) < 0.0 && curvature.determinant() > 0.0)) return std::nullopt;
  const Eigen::Vector2d peak = curvature.inverse() * -Eigen::Vector2d(c[1], c[2]);
  if (peak.norm() > 1.0) return std::nullopt;
  return peak;
}

/// Least squares of a paraboloid over the disk's points.
using ParaboloidFit = Eigen::Matrix<double, 6, kDiskPoints>;
ParaboloidFit paraboloid_fit() {
  Eigen::Matrix<double, kDiskPoints, 6> design;
  const auto points = disk_points();
  for (std::size_t i = 0; i < kDiskPoints; ++i) {
    design.row(static_cast<Eigen::Index>(i)) = paraboloid_terms(points[i].x(), points[i].y());
  }
  return (design.transpose() * design).ldlt().solve(design.transpose());
}

/// Peak of the paraboloid that is fitted to the scores of a disk.
std::optional<Eigen::Vector2d> peak_of_disk(std::span<const double> scores) {
  static const ParaboloidFit fit = paraboloid_fit();
  return peak_in_disk(fit * Eigen::Map<const Eigen::Matrix<double, kDiskPoints, 1>>(scores.data()));
}

}  // namespace

Eigen::Vector3d smooth_peak(const ScoreFrames& frames, const FrameRange& range,
                            std::span<const Eigen::Matrix3d> R_pool_sensor,
                            const Eigen::Vector3d& start, double radius_rad, double last_rad) {
  constexpr double kShrink = 0.25;
  // Neighboring frames overlap, so about so many of them place a disk well enough.
  constexpr std::size_t kPlacingFrames = 50;
  int moves_left = 4;
  Eigen::Vector3d center = start;
  while (true) {
    const bool last = radius_rad < last_rad;
    const Eigen::Vector3d u = center.unitOrthogonal();
    const Eigen::Vector3d v = center.cross(u);
    std::vector<Eigen::Vector3d> directions;
    for (const Eigen::Vector2d& point : disk_points()) {
      directions.push_back((center + radius_rad * (point.x() * u + point.y() * v)).normalized());
    }
    const std::size_t step = last ? 1 : 1 + range.count() / kPlacingFrames;
    const std::vector<double> scores =
        window_scores(frames, range, R_pool_sensor, DirectionColumns(directions), step);
    const std::optional<Eigen::Vector2d> peak = peak_of_disk(scores);
    if (!peak) {
      center = directions[highest_index(scores)];
      if (moves_left-- > 0) continue;
    } else {
      center = (center + radius_rad * (peak->x() * u + peak->y() * v)).normalized();
    }
    if (last) return center;
    radius_rad *= kShrink;
  }
}

Eigen::Vector3d map_peak(std::span<const Eigen::Vector3d> points, double spacing_rad,
                         std::span<const double> map) {
  // Points up to 1.8 spacings away are the highest point's neighbors, six to ten of them.
  const double least_cosine = std::cos(1.8 * spacing_rad);
  const Eigen::Vector3d& center = points[highest_index(map.first(points.size()))];
  const Eigen::Vector3d u = center.unitOrthogonal();
  const Eigen::Vector3d v = center.cross(u);
  Eigen::Matrix<double, 6, 6> normal = Eigen::Matrix<double, 6, 6>::Zero();
  Paraboloid right = Paraboloid::Zero();
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i].dot(center) < least_cosine) continue;
    const Paraboloid terms =
        paraboloid_terms(points[i].dot(u) / spacing_rad, points[i].dot(v) / spacing_rad);
    normal += terms * terms.transpose();
    right += map[i] * terms;
  }
  const auto peak = peak_in_disk(normal.ldlt().solve(right));
  if (!peak) return center;
  return (center + spacing_rad * (peak->x() * u + peak->y() * v)).normalized();
}

}  // namespace doa
