#include "doa/local_maxima.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "doa/sphere_index.h"

namespace doa {

LocalMaxima::LocalMaxima(std::span<const Eigen::Vector3d> points) {
  const double spacing_rad = std::sqrt(4.0 * std::numbers::pi / static_cast<double>(points.size()));
  // Sorting a sorted list leaves it as it is, so the index's points are the caller's.
  const SphereIndex near(points, 1.5 * spacing_rad);
  if (!std::ranges::equal(near.points(), points)) {
    throw std::logic_error("LocalMaxima: the points are not in the order of SphereIndex");
  }
  const double cosine = std::cos(1.5 * spacing_rad);
  for (std::size_t i = 0; i < near.size(); ++i) {
    first_neighbor_.push_back(neighbor_.size());
    for (const SphereIndex::Run& run : near.runs_near(near.x()[i], near.y()[i], near.z()[i])) {
      for (std::uint32_t j = run.first; j < run.end; ++j) {
        if (j != i && points[i].dot(points[j]) >= cosine) neighbor_.push_back(j);
      }
    }
  }
  first_neighbor_.push_back(neighbor_.size());
}

std::vector<std::size_t> LocalMaxima::find(std::span<const float> values) const {
  std::vector<std::size_t> maxima;
  for (std::size_t i = 0; i < values.size(); ++i) {
    bool highest = true;
    for (std::size_t n = first_neighbor_[i]; highest && n < first_neighbor_[i + 1]; ++n) {
      const std::size_t j = neighbor_[n];
      highest = values[j] < values[i] || (values[j] == values[i] && j > i);
    }
    if (highest) maxima.push_back(i);
  }
  std::stable_sort(maxima.begin(), maxima.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  return maxima;
}

}  // namespace doa
