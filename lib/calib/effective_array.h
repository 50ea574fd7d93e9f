/// Plane-wave model of an array: effective microphone positions.
#pragma once

#include <Eigen/Core>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "core/units.h"

namespace calib {

/// Microphone m responds to a source in direction d with exp(2 pi i f (<p_m, d> + o_m) / c), up to
/// a factor common to all microphones. If the array is on a body, the positions are effective ones:
/// the positions whose delays fit best. Delays determine p / c only, so the positions are valid for
/// the assumed speed of sound.
struct EffectiveArray {
  std::vector<Eigen::Vector3d> position_m;  ///< sensor frame, mean zero, [microphones]
  std::vector<double> offset_m;  ///< delay common to all directions, as a path in m, mean zero
  /// Covariance of (p_1, o_1, p_2, o_2, ...), m^2, [4 microphones, 4 microphones]; empty before
  /// adjust().
  Eigen::MatrixXd covariance;
  double speed_of_sound = core::kSpeedOfSound;

  std::size_t size() const { return position_m.size(); }
  /// exp(2 pi i f (<p_m, d> + o_m) / c), [microphones].
  void plane_wave(double frequency_hz, const Eigen::Vector3d& direction_sensor,
                  std::span<std::complex<double>> h) const;
  /// Largest standard deviation of microphone m's position in any direction, m; NaN if unknown.
  double deviation_m(std::size_t m) const;
  /// Largest distance between two microphones, m.
  double aperture_m() const;
  /// Moves positions and offsets so that their means are zero.
  void center();
  /// The same delays at another speed of sound: all lengths are scaled. @param speed  m/s, > 0
  void set_speed_of_sound(double speed);
};

}  // namespace calib
