/// Responses of an open array to a far source.
#pragma once

#include <Eigen/Core>
#include <complex>
#include <span>
#include <vector>

#include "array/geometry.h"
#include "core/units.h"

namespace array {

/// Arrival time of a plane wave at each microphone, relative to the array's center: -<p, d> / c.
/// @param direction_sensor  unit vector from the array to the source, sensor frame
/// @return                  delays, s, [microphones]; negative: earlier than at the center
Eigen::VectorXd plane_wave_delays_s(const Geometry& geometry,
                                    const Eigen::Vector3d& direction_sensor,
                                    double speed_of_sound = core::kSpeedOfSound);

/// Free-field transfer functions of one direction, relative to the center:
///   H[microphone] = exp(-2 pi i f delay[microphone]).
/// With the convention of dsp::Fft, a source S gives microphone spectra H S.
Eigen::VectorXcd steering_vector(const Geometry& geometry, double frequency_hz,
                                 const Eigen::Vector3d& direction_sensor,
                                 double speed_of_sound = core::kSpeedOfSound);

/// Steering vectors of many directions and frequencies for search grids.
/// @param frequency_hz  [frequencies]
/// @param direction     unit vectors, sensor frame, [directions]
/// @return              complex64 [frequencies, directions, microphones], row-major
std::vector<std::complex<float>> steering_table(const Geometry& geometry,
                                                std::span<const double> frequency_hz,
                                                std::span<const Eigen::Vector3d> direction,
                                                double speed_of_sound = core::kSpeedOfSound);

}  // namespace array
