/// How much of the sphere an array hears while it turns.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <string>
#include <vector>

namespace ingest {

/// Directions in the sensor frame from which sources were heard, for sources at many places of the
/// world: where the source stood is not known.
class SphereCoverage {
 public:
  SphereCoverage();

  /// Adds a moment with sound.
  void add(const Eigen::Quaterniond& q_world_sensor);
  /// Share of the sphere from which a source was heard, [0, 1]: the mean over its places.
  double mean() const;
  /// The share of places for each direction, as SVG for a page: bright where a source was heard.
  std::string picture() const;

 private:
  std::vector<Eigen::Vector3d> cells_;            ///< [cells], directions in the sensor frame
  std::vector<Eigen::Vector3d> sources_;          ///< [sources], directions in the world
  std::vector<std::vector<unsigned char>> seen_;  ///< [sources][cells], 1: was heard there
};

}  // namespace ingest
