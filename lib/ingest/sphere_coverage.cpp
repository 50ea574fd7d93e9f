#include "ingest/sphere_coverage.h"

#include <algorithm>
#include <cmath>

#include "core/units.h"
#include "report/svg/sphere.h"
#include "so3/grid.h"

namespace ingest {
namespace {

constexpr std::size_t kCells = 600;   ///< Directions in the sensor frame, 8 degrees apart.
constexpr std::size_t kSources = 24;  ///< Directions in the world that a source might have.
/// A source direction covers all cells that are at most this far from it.
constexpr double kReachRad = core::degrees_to_radians(10.0);

}  // namespace

SphereCoverage::SphereCoverage()
    : cells_(so3::fibonacci_grid(kCells)),
      sources_(so3::fibonacci_grid(kSources)),
      seen_(kSources, std::vector<unsigned char>(kCells, 0)) {}

void SphereCoverage::add(const Eigen::Quaterniond& q_world_sensor) {
  const double near = std::cos(kReachRad);
  const Eigen::Matrix3d R_sensor_world = q_world_sensor.conjugate().toRotationMatrix();
  for (std::size_t s = 0; s < kSources; ++s) {
    const Eigen::Vector3d d = R_sensor_world * sources_[s];
    for (std::size_t c = 0; c < kCells; ++c) {
      if (d.dot(cells_[c]) > near) seen_[s][c] = 1;
    }
  }
}

double SphereCoverage::mean() const {
  double sum = 0.0;
  for (const auto& cells : seen_)
    sum += static_cast<double>(std::count(cells.begin(), cells.end(), 1));
  return sum / static_cast<double>(kSources * kCells);
}

std::string SphereCoverage::picture() const {
  report::svg::SvgSphere sphere;
  sphere.title = "Directions from which a source was heard";
  sphere.description =
      "For each direction in the sensor frame: share of the places where a source might stand from "
      "which it was heard in that direction.";
  sphere.name = "share of the places; bright: heard";
  sphere.ramp = report::svg::Ramp::kBright;
  sphere.value = [this](const Eigen::Vector3d& direction) {
    std::size_t nearest = 0;
    for (std::size_t c = 1; c < kCells; ++c) {
      if (cells_[c].dot(direction) > cells_[nearest].dot(direction)) nearest = c;
    }
    double sum = 0.0;
    for (const auto& cells : seen_) sum += cells[nearest];
    return sum / static_cast<double>(kSources);
  };
  return report::svg::render_sphere(sphere, false);
}

}  // namespace ingest
