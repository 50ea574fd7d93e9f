/// How well an array's signatures are known, direction by direction.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "calib/correction.h"
#include "calib/effective_array.h"
#include "calib/observations.h"
#include "core/parallel.h"
#include "core/units.h"

namespace calib {

/// Directions of the map, 6.4 degrees apart.
inline constexpr std::size_t kMapDirections = 1000;
/// A recording tells of directions this near to one in which it heard its source; harmonics of
/// order 10 resolve about twice as much.
inline const double kHeardWithin_rad = core::degrees_to_radians(10.0);

/// Where the recordings heard something, and what chance leaves open there. What the model cannot
/// say at all, such as a body's detail beyond the harmonics, is not in it.
struct Uncertainty {
  std::vector<Eigen::Vector3d> direction;  ///< of a source, sensor frame, [directions]
  std::vector<std::uint32_t> recordings;   ///< that heard it, [directions]; 0: never visited
  std::vector<double> frequency_hz;        ///< rising, [frequencies]
  /// Relative standard deviation of a signature's entries: its square is the expected
  /// 1 - |<g, h>|^2 / (|g|^2 |h|^2) of true and learned signature; [directions, frequencies].
  std::vector<float> deviation;

  bool empty() const { return direction.empty(); }
  float deviation_at(std::size_t i, std::size_t frequency) const {
    return deviation[i * frequency_hz.size() + frequency];
  }
  /// Index of the nearest direction of the map.
  std::size_t nearest(const Eigen::Vector3d& direction_sensor) const;
  /// Whether a recording heard the nearest direction of the map.
  bool heard(const Eigen::Vector3d& direction_sensor) const;
  /// Share of directions that some recording heard, 0 to 1.
  double heard_share() const;
};

/// Two sources of chance: the positions' covariance, and the difference of two corrections, each
/// learned from every other recording. Of two halves that differ by mismatch e, the mean is known
/// to e / 4.
/// @param halves  corrections, both empty where none was needed
Uncertainty measure_uncertainty(const Observations& data, const EffectiveArray& array,
                                const std::array<Correction, 2>& halves, core::ThreadPool& pool);

}  // namespace calib
