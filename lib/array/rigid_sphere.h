/// Responses of microphones on or above a rigid sphere, the simplest body that shadows and
/// diffracts.
#pragma once

#include <Eigen/Core>
#include <complex>
#include <vector>

#include "array/geometry.h"
#include "array/responses.h"
#include "core/units.h"

namespace array {

/// Sound pressure of a plane wave at a point outside a rigid sphere, over the free-field pressure
/// at the sphere's center:
///   sum_n (2n+1) i^n [j_n(kr) - j_n'(ka) / h_n'(ka) h_n(kr)] P_n(cos angle),
/// with h_n = j_n - i y_n for exp(i omega t).
/// Source: Morse, Vibration and Sound (1936), sec. 29; on the surface Duda and Martens, J. Acoust.
/// Soc. Am. 104 (1998), 3048-3058.
class SphereScattering {
 public:
  /// @param wave_number   k > 0, rad/m
  /// @param radius_m      radius a of the sphere, > 0
  /// @param distance_m    distance r of the point from the sphere's center, >= a
  SphereScattering(double wave_number, double radius_m, double distance_m);

  /// @param cosine  of the angle between source and point, seen from the sphere's center
  std::complex<double> pressure(double cosine) const;

 private:
  std::vector<std::complex<double>> coefficient_;  ///< of P_n, [orders]
};

/// Impulse responses of an array with a rigid sphere, for plane waves from a Fibonacci grid of
/// directions. The sample rate is 48 kHz; the responses are flat to 18 kHz, then roll off. Delays
/// are relative to the sensor frame's origin, plus a constant.
/// @param directions  number of directions; 2000 directions are 5 degrees apart
/// @param speed_of_sound  m/s
/// @throws core::UsageError  if the geometry has no sphere
Responses rigid_sphere_responses(const Geometry& geometry, std::size_t directions = 2000,
                                 double speed_of_sound = core::kSpeedOfSound);

}  // namespace array
