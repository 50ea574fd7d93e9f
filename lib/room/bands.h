/// Octave bands: how walls and air that treat frequencies differently are described.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace room {

/// Octaves around 125, 250, 500, 1000, 2000, 4000 and 8000 Hz; the outer two reach to 0 and to
/// infinity.
inline constexpr std::size_t kBands = 7;
using BandValues = std::array<double, kBands>;

double band_center_hz(std::size_t band);

/// Share of a band in a frequency: cos^2 of the distance from its center in octaves times a quarter
/// turn, so that neighbors cross at one half and all shares sum to 1. A quantity g_b given by
/// bands is sum_b share_b(f) g_b.
double band_share(std::size_t band, double frequency_hz);

/// A signal's part in each band (zero phase); the parts sum to the signal.
/// @return  [kBands], each as long as the signal
std::vector<std::vector<float>> split_into_bands(std::span<const float> signal,
                                                 double sample_rate_hz);

/// One of these parts, for signals in double (rounded to float32 on the way).
std::vector<double> band_part(std::span<const double> signal, double sample_rate_hz,
                              std::size_t band);

/// Sound absorption of air at the bands' centers, nepers per meter: pressure falls by exp(-a d).
/// ISO 9613-1 at 101.325 kPa.
/// @throws core::UsageError  on a temperature outside -20 to 50 degrees or a humidity outside 1 to
/// 100 %
BandValues air_attenuation_per_m(double temperature_c = 20.0, double humidity_percent = 50.0);

}  // namespace room
