/// Conversions between the units that people write and the units that the code computes with.
#pragma once

#include <cmath>
#include <numbers>

namespace core {

/// Speed of sound in air at 20 degrees Celsius, m/s.
inline constexpr double kSpeedOfSound = 343.0;

constexpr double degrees_to_radians(double degrees) { return degrees * std::numbers::pi / 180.0; }
constexpr double radians_to_degrees(double radians) { return radians * 180.0 / std::numbers::pi; }
/// Amplitude ratio of a level difference: 20 dB is a factor of 10.
inline double decibels_to_amplitude(double level_db) { return std::pow(10.0, level_db / 20.0); }
/// Power ratio of a level difference: 10 dB is a factor of 10, -infinity dB is a factor of 0.
inline double decibels_to_power(double level_db) { return std::pow(10.0, level_db / 10.0); }
/// Level difference of an amplitude ratio: a factor of 10 is 20 dB.
inline double amplitude_to_decibels(double ratio) { return 20.0 * std::log10(ratio); }

}  // namespace core
