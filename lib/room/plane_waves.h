/// A room that is given as plane waves: when, from where and how strongly the sound of one source
/// arrives at one place. Spatial decomposition of measured responses gives such lists; the images
/// of a far source are one, too.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

namespace room {

/// One wave of the list: the pressure at the array's center is pressure x(t - time_s).
struct PlaneWave {
  double time_s = 0.0;        ///< arrival at the array's center, from the emission
  Eigen::Vector3d direction;  ///< unit vector to where the wave comes from, world axes
  double pressure = 0.0;      ///< relative to the signal of the source, any sign
};

/// Largest arrival time of a wave, s.
inline constexpr double kLatestWave_s = 30.0;

/// Checks a list: times in [0, kLatestWave_s] that do not fall, unit vectors, finite pressures, and
/// some pressure that is not 0.
/// @throws core::InputError  with the number of the first wrong wave, from 0
void check_waves(std::span<const PlaneWave> waves);

/// Index of the direct sound: the strongest wave within kDirectSound_s of the onset. The onset is
/// the first wave whose magnitude is at least a tenth of the largest.
/// @param waves  a list that check_waves() accepts
std::size_t direct_wave(std::span<const PlaneWave> waves);

/// Duration of the direct sound in a list of a band-limited response, s.
inline constexpr double kDirectSound_s = 1e-3;

/// The waves of a list that are rendered exactly, and all others.
struct SplitWaves {
  std::vector<PlaneWave> exact;
  std::vector<PlaneWave> field;
};

/// Splits a list. Exact are the strongest waves of the direct sound (at most 10 waves within
/// kDirectSound_s of the onset), and waves before `first_field_s`.
SplitWaves split_waves(std::span<const PlaneWave> waves, double first_field_s);

/// Reverberation time of a list: the energy that is still to come (Schroeder 1965) falls from -5 to
/// -25 dB in a third of it. The fit is a straight line.
/// @return  s; NaN for a list that holds fewer than ten waves in this range
double reverberation_time_s(std::span<const PlaneWave> waves);

}  // namespace room
