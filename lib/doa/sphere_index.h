/// Points on the sphere, stored such that the points near a direction form a few contiguous runs.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace doa {

/// Points sorted into cells of about two degrees. The neighborhood of each cell is listed in the
/// constructor. Invariant: every point within `reach_rad` of a direction lies in one of
/// runs_near(direction).
class SphereIndex {
 public:
  /// Points first, ..., end - 1 of this index.
  struct Run {
    std::uint32_t first = 0;
    std::uint32_t end = 0;
  };

  /// @param points     unit directions, [points]; reordered, see points()
  /// @param reach_rad  radius of a neighborhood, > 0
  SphereIndex(std::span<const Eigen::Vector3d> points, double reach_rad);

  std::size_t size() const { return points_.size(); }
  /// The points in the order of this index; all indices refer to this order.
  const std::vector<Eigen::Vector3d>& points() const { return points_; }
  /// The same points, one column for each coordinate, [points].
  const float* x() const { return x_.data(); }
  const float* y() const { return y_.data(); }
  const float* z() const { return z_.data(); }

  /// Runs that hold all points within the reach of a unit direction, and some points beyond it.
  std::span<const Run> runs_near(float dx, float dy, float dz) const;

 private:
  struct Band {
    std::size_t first_cell = 0, cells = 0;
    std::size_t first_point = 0, end_point = 0;
  };

  std::size_t band_of(double z) const;
  std::size_t cell_of(double dx, double dy, double dz) const;
  void make_bands();
  /// @return azimuths of the points in their new order, in turns
  std::vector<double> sort_points(std::span<const Eigen::Vector3d> points);
  void list_runs(std::size_t cell, double polar_rad, double turns, double reach_rad,
                 std::span<const double> point_turns);
  void scan(std::size_t first, std::size_t end, const Eigen::Vector3d& center, double cosine);

  std::vector<Band> bands_;
  std::vector<Eigen::Vector3d> points_;
  std::vector<float> x_, y_, z_;
  std::vector<Run> runs_;
  std::vector<std::size_t> first_run_;  ///< [cells + 1]
};

}  // namespace doa
