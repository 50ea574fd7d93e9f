#include "doa/sphere_index.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace doa {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr std::size_t kBands = 82;  // 2.2 degrees each
constexpr double kBandHeightRad = kPi / static_cast<double>(kBands);

/// Largest distance of a cell's point from the cell's center. Cells are at most about square; a
/// cell at a pole is not wider than its band is high.
constexpr double kCellRadiusRad = 0.75 * kBandHeightRad;

double azimuth_turns(double x, double y) {
  const double turns = std::atan2(y, x) / (2.0 * kPi);
  return turns < 0.0 ? turns + 1.0 : turns;
}

/// A little more than half the range of azimuths of a cap around a direction; the whole circle if
/// the cap holds a pole.
double cap_half_turns(double polar_rad, double radius_rad) {
  if (radius_rad >= std::min(polar_rad, kPi - polar_rad)) return 0.5;
  return std::asin(std::sin(radius_rad) / std::sin(polar_rad)) / (2.0 * kPi) + 1e-9;
}

}  // namespace

SphereIndex::SphereIndex(std::span<const Eigen::Vector3d> points, double reach_rad) {
  make_bands();
  const std::vector<double> point_turns = sort_points(points);
  for (std::size_t b = 0; b < bands_.size(); ++b) {
    const double polar_rad = (static_cast<double>(b) + 0.5) * kBandHeightRad;
    for (std::size_t c = 0; c < bands_[b].cells; ++c) {
      const double turns = (static_cast<double>(c) + 0.5) / static_cast<double>(bands_[b].cells);
      list_runs(bands_[b].first_cell + c, polar_rad, turns, reach_rad, point_turns);
    }
  }
  first_run_.push_back(runs_.size());
}

void SphereIndex::make_bands() {
  std::size_t cells = 0;
  for (std::size_t b = 0; b < kBands; ++b) {
    Band band;
    const double polar_rad = (static_cast<double>(b) + 0.5) * kBandHeightRad;
    // The widest parallel of the band sets the width, so that no cell is wider than it is high.
    const double widest = std::min(polar_rad, kPi - polar_rad) + 0.5 * kBandHeightRad;
    const double parallel_rad = 2.0 * kPi * std::sin(std::min(widest, 0.5 * kPi));
    band.first_cell = cells;
    band.cells = static_cast<std::size_t>(std::ceil(parallel_rad / kBandHeightRad));
    cells += band.cells;
    bands_.push_back(band);
  }
}

std::size_t SphereIndex::band_of(double z) const {
  const double polar_rad = std::acos(std::clamp(z, -1.0, 1.0));
  return std::min(static_cast<std::size_t>(polar_rad / kBandHeightRad), kBands - 1);
}

std::size_t SphereIndex::cell_of(double dx, double dy, double dz) const {
  const Band& band = bands_[band_of(dz)];
  const double column = azimuth_turns(dx, dy) * static_cast<double>(band.cells);
  return band.first_cell + std::min(static_cast<std::size_t>(column), band.cells - 1);
}

std::vector<double> SphereIndex::sort_points(std::span<const Eigen::Vector3d> points) {
  struct Key {
    std::size_t band;
    double azimuth;
  };
  std::vector<Key> keys(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    keys[i] = {band_of(points[i].z()), azimuth_turns(points[i].x(), points[i].y())};
  }
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (keys[a].band != keys[b].band) return keys[a].band < keys[b].band;
    return keys[a].azimuth != keys[b].azimuth ? keys[a].azimuth < keys[b].azimuth : a < b;
  });
  std::vector<double> turns;
  for (const std::size_t i : order) {
    turns.push_back(keys[i].azimuth);
    points_.push_back(points[i]);
    x_.push_back(static_cast<float>(points[i].x()));
    y_.push_back(static_cast<float>(points[i].y()));
    z_.push_back(static_cast<float>(points[i].z()));
  }
  std::size_t next = 0;
  for (std::size_t b = 0; b < bands_.size(); ++b) {
    bands_[b].first_point = next;
    while (next < order.size() && keys[order[next]].band == b) ++next;
    bands_[b].end_point = next;
  }
  return turns;
}

void SphereIndex::list_runs(std::size_t cell, double polar_rad, double turns, double reach_rad,
                            std::span<const double> point_turns) {
  first_run_.resize(cell + 1, runs_.size());
  const double radius_rad = reach_rad + kCellRadiusRad;
  const double azimuth = 2.0 * kPi * turns;
  const Eigen::Vector3d center(std::sin(polar_rad) * std::cos(azimuth),
                               std::sin(polar_rad) * std::sin(azimuth), std::cos(polar_rad));
  const double cosine = std::cos(std::min(radius_rad, kPi));
  const double half_turns = cap_half_turns(polar_rad, radius_rad);
  const double from_turns = turns - half_turns + (turns < half_turns ? 1.0 : 0.0);
  const double to_turns = turns + half_turns - (turns + half_turns > 1.0 ? 1.0 : 0.0);
  for (std::size_t b = 0; b < bands_.size(); ++b) {
    const double top_rad = static_cast<double>(b) * kBandHeightRad;
    if (top_rad > polar_rad + radius_rad || top_rad + kBandHeightRad < polar_rad - radius_rad) {
      continue;
    }
    const std::size_t first = bands_[b].first_point, end = bands_[b].end_point;
    const auto point_at = [&](double at_turns) {
      const auto begin = point_turns.begin();
      return static_cast<std::size_t>(std::lower_bound(begin + first, begin + end, at_turns) -
                                      begin);
    };
    if (half_turns >= 0.5) {
      scan(first, end, center, cosine);
    } else if (from_turns <= to_turns) {
      scan(point_at(from_turns), point_at(to_turns), center, cosine);
    } else {  // across azimuth 0
      scan(first, point_at(to_turns), center, cosine);
      scan(point_at(from_turns), end, center, cosine);
    }
  }
}

void SphereIndex::scan(std::size_t first, std::size_t end, const Eigen::Vector3d& center,
                       double cosine) {
  bool inside = false;
  for (std::size_t i = first; i < end; ++i) {
    const bool near = points_[i].dot(center) >= cosine;
    const std::uint32_t index = static_cast<std::uint32_t>(i);
    if (near && !inside) runs_.push_back({index, index});
    if (near) runs_.back().end = index + 1;
    inside = near;
  }
}

std::span<const SphereIndex::Run> SphereIndex::runs_near(float dx, float dy, float dz) const {
  const std::size_t cell = cell_of(dx, dy, dz);
  return {runs_.data() + first_run_[cell], first_run_[cell + 1] - first_run_[cell]};
}

}  // namespace doa
