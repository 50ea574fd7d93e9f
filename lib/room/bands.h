/// Octave bands, by which reflection and air absorption depend on frequency.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace room {

/// Number of octave bands, centered at 125, 250, 500, 1000, 2000, 4000 and 8000 Hz. The lowest band
/// reaches down to 0 Hz, and the highest band has no upper limit.
inline constexpr std::size_t kBands = 7;
using BandValues = std::array<double, kBands>;

/// Center frequency of band 0 .. kBands - 1.
double band_center_hz(std::size_t band);

/// Share of a band at a frequency: cos^2(pi / 2 * distance from the band's center in octaves), and
/// 0 beyond one octave. Neighboring bands cross at one half, and all shares sum to 1. A quantity
/// that is given as g_b in each band has the value sum_b share_b(f) g_b at frequency f.
double band_share(std::size_t band, double frequency_hz);

/// Splits a signal into bands with zero-phase filters. The bands sum to the signal.
/// @return  [kBands] signals, each as long as the given one
std::vector<std::vector<float>> split_into_bands(std::span<const float> signal,
                                                 double sample_rate_hz);

/// One of these bands, for a signal in double precision. The samples are rounded to float32.
std::vector<double> band_part(std::span<const double> signal, double sample_rate_hz,
                              std::size_t band);

/// Sound absorption of air at the centers of the bands, nepers per meter. The pressure falls by
/// exp(-a d) over a distance d. Source: ISO 9613-1 at 101.325 kPa
/// @throws core::UsageError  on a temperature outside -20 to 50 degrees Celsius, or a humidity
///                           outside 1 to 100 %
BandValues air_attenuation_per_m(double temperature_c = 20.0, double humidity_percent = 50.0);

}  // namespace room
