/// Error of rendered sound relative to the exact signal, for tests of renderers.
#pragma once

#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>
#include <span>
#include <vector>

#include "dsp/fft.h"

namespace room {

struct Errors {
  double to_4_khz_db;
  double to_7500_hz_db;
};

/// Level of the difference relative to the exact signal, Hann window, bins up to 4 kHz and from
/// there to 7.5 kHz.
inline Errors compare(std::span<const double> exact, std::span<const float> rendered,
                      std::size_t microphone, std::size_t microphones,
                      double sample_rate_hz = 16000.0) {
  const std::size_t length = exact.size();
  dsp::Fft fft(length);
  std::vector<float> reference(length), difference(length);
  for (std::size_t n = 0; n < length; ++n) {
    const double window = 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(n) /
                                               static_cast<double>(length));
    reference[n] = static_cast<float>(window * exact[n]);
    difference[n] =
        static_cast<float>(window * (rendered[n * microphones + microphone] - exact[n]));
  }
  std::vector<std::complex<float>> expected(fft.bins()), error(fft.bins());
  fft.forward(reference, expected);
  fft.forward(difference, error);
  const auto level = [&](double low_hz, double high_hz) {
    double signal = 0.0;
    double wrong = 0.0;
    for (std::size_t k = 0; k < fft.bins(); ++k) {
      const double frequency =
          static_cast<double>(k) * sample_rate_hz / static_cast<double>(length);
      if (frequency < low_hz || frequency > high_hz) continue;
      signal += std::norm(expected[k]);
      wrong += std::norm(error[k]);
    }
    return 10.0 * std::log10(wrong / signal);
  };
  return {level(0.0, 4000.0), level(4000.0, 7500.0)};
}

}  // namespace room
