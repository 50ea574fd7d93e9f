/// Uncertainty of an array's learned signatures for each direction.
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
/// A recording covers the directions within this angle of a direction from which it heard its
/// source. Harmonics of order 10 resolve about twice this angle.
inline const double kHeardWithin_rad = core::degrees_to_radians(10.0);

/// Directions that the recordings cover, and the random error of the signatures there. Systematic
/// errors of the model, such as details of a body beyond the highest harmonic, are not included.
struct Uncertainty {
  std::vector<Eigen::Vector3d> direction;  ///< of a source, sensor frame, [directions]
  std::vector<std::uint32_t> recordings;   ///< number that heard it, [directions]
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

/// Adds two random errors: the positions' covariance, and the difference of two corrections, each
/// learned from every other recording. If the two halves differ by mismatch e, the error of their
/// mean is e / 4.
/// @param halves  corrections; both are empty if no correction was needed
Uncertainty measure_uncertainty(const Observations& data, const EffectiveArray& array,
                                const std::array<Correction, 2>& halves, core::ThreadPool& pool);

}  // namespace calib
