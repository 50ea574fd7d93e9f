#include "room/bands.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "core/errors.h"
#include "dsp/fft.h"

namespace room {

double band_center_hz(std::size_t band) { return 125.0 * std::exp2(static_cast<double>(band)); }

double band_share(std::size_t band, double frequency_hz) {
  const double lowest = band_center_hz(0);
  const double highest = band_center_hz(kBands - 1);
  const double f = std::clamp(std::abs(frequency_hz), lowest, highest);
  const double octaves = std::abs(std::log2(f / band_center_hz(band)));
  if (octaves >= 1.0) return 0.0;
  const double c = std::cos(std::numbers::pi / 2.0 * octaves);
  return c * c;
}

namespace {

/// Spectrum of a signal that is padded with zeros. The padding takes the ringing of the band
/// filters, which the cyclic transform would otherwise wrap around to the signal's start.
class PaddedSpectrum {
 public:
  PaddedSpectrum(std::span<const float> signal, double sample_rate_hz)
      : samples_(signal.size()),
        sample_rate_hz_(sample_rate_hz),
        fft_(dsp::fast_size(signal.size() +
                            2 * static_cast<std::size_t>(kRinging_s * sample_rate_hz) + 2)),
        time_(fft_.size(), 0.0F),
        spectrum_(fft_.bins()),
        part_(fft_.bins()) {
    std::copy(signal.begin(), signal.end(), time_.begin());
    fft_.forward(time_, spectrum_);
  }

  std::vector<float> band(std::size_t band) {
    for (std::size_t k = 0; k < fft_.bins(); ++k) {
      const double hz = static_cast<double>(k) * sample_rate_hz_ / static_cast<double>(fft_.size());
      part_[k] = spectrum_[k] * static_cast<float>(band_share(band, hz));
    }
    fft_.inverse(part_, time_);
    return {time_.begin(), time_.begin() + static_cast<std::ptrdiff_t>(samples_)};
  }

 private:
  static constexpr double kRinging_s = 0.1;  // 12.5 periods of 125 Hz

  std::size_t samples_;
  double sample_rate_hz_;
  dsp::Fft fft_;
  std::vector<float> time_;
  std::vector<std::complex<float>> spectrum_;
  std::vector<std::complex<float>> part_;
};

}  // namespace

std::vector<std::vector<float>> split_into_bands(std::span<const float> signal,
                                                 double sample_rate_hz) {
  PaddedSpectrum spectrum(signal, sample_rate_hz);
  std::vector<std::vector<float>> parts;
  for (std::size_t band = 0; band < kBands; ++band) parts.push_back(spectrum.band(band));
  return parts;
}

std::vector<double> band_part(std::span<const double> signal, double sample_rate_hz,
                              std::size_t band) {
  const std::vector<float> rounded(signal.begin(), signal.end());
  const std::vector<float> part = PaddedSpectrum(rounded, sample_rate_hz).band(band);
  return {part.begin(), part.end()};
}

BandValues air_attenuation_per_m(double temperature_c, double humidity_percent) {
  if (!(temperature_c >= -20.0 && temperature_c <= 50.0 && humidity_percent >= 1.0 &&
        humidity_percent <= 100.0)) {
    throw core::UsageError(fmt::format(
        "air: expected -20 to 50 degrees Celsius and 1 to 100 % humidity, found {} and {}",
        temperature_c, humidity_percent));
  }
  // Quantities of ISO 9613-1: T / T0, molar concentration h of water vapor, and the relaxation
  // frequencies of oxygen and nitrogen.
  const double kelvin = temperature_c + 273.15;
  const double t = kelvin / 293.15;
  const double saturation = std::pow(10.0, -6.8346 * std::pow(273.16 / kelvin, 1.261) + 4.6151);
  const double h = humidity_percent * saturation;
  const double oxygen = 24.0 + 4.04e4 * h * (0.02 + h) / (0.391 + h);
  const double nitrogen =
      std::pow(t, -0.5) * (9.0 + 280.0 * h * std::exp(-4.170 * (std::pow(t, -1.0 / 3.0) - 1.0)));
  BandValues attenuation{};
  for (std::size_t band = 0; band < kBands; ++band) {
    const double f2 = std::pow(band_center_hz(band), 2.0);
    attenuation[band] =
        f2 *
        (1.84e-11 * std::sqrt(t) +
         std::pow(t, -2.5) * (0.01275 * std::exp(-2239.1 / kelvin) / (oxygen + f2 / oxygen) +
                              0.1068 * std::exp(-3352.0 / kelvin) / (nitrogen + f2 / nitrogen)));
  }
  return attenuation;
}

}  // namespace room
