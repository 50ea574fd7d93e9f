/// Errors of real microphones and converters, applied to a rendered signal.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "core/random.h"

namespace room {

/// Errors of a recording. The defaults describe a recording without errors.
struct MicrophoneErrors {
  /// Power of the signal above 20 Hz, as the mean over samples and microphones, relative to the
  /// power of each microphone's noise. Default: no noise.
  double snr_db = std::numeric_limits<double>::infinity();
  /// Standard deviation of the microphones' levels. Each level is drawn once.
  double gain_sd_db = 0.0;
  /// Standard deviation of the microphones' delays; 2.8 us are 1 degree at 1 kHz. Each delay is
  /// drawn once and limited to 3 standard deviations.
  double delay_sd_s = 0.0;
  /// Largest magnitude of a sample. Default: no limit.
  double clip_level = std::numeric_limits<double>::infinity();
  /// The converter's clock is slow by this: its sample n is taken at the true time
  /// n (1 + 1e-6 clock_skew_ppm) / rate.
  double clock_skew_ppm = 0.0;
};

/// Mean power above 20 Hz (first-order high-pass) over samples and microphones. The images of a room
/// all have the same sign and add up at 0 Hz. In a reverberant room this sum is larger than the
/// speech itself, but no microphone records it.
/// @param interleaved  [samples, microphones], row-major
double audible_power(std::span<const float> interleaved, std::size_t microphones,
                     double sample_rate_hz);

/// Applies the errors in this order: delays and clock skew (64-tap interpolation in one pass),
/// gains, noise, clipping.
/// @param interleaved  [samples, microphones], row-major, changed in place
/// @param random       one stream for each session
/// @throws core::UsageError  on a standard deviation that is negative or not finite, a skew beyond
///                           10,000 ppm, or a length that is no multiple of the microphones
void apply_microphone_errors(std::span<float> interleaved, std::size_t microphones,
                             double sample_rate_hz, const MicrophoneErrors& errors,
                             core::RandomStream random);

}  // namespace room
