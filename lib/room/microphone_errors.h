/// What real microphones and converters do to a rendered signal.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "core/random.h"

namespace room {

/// Imperfections of a recording. The defaults are a perfect one.
struct MicrophoneErrors {
  /// Power of the signal above 20 Hz, mean over samples and microphones, over that of each
  /// microphone's own noise.
  double snr_db = std::numeric_limits<double>::infinity();
  double gain_sd_db =
      0.0;  ///< gain mismatch: standard deviation of each microphone's level, drawn once
  double delay_sd_s =
      0.0;  ///< phase mismatch: standard deviation of each microphone's delay, drawn once
            ///< (2.8 us are 1 degree at 1 kHz); cut at 3 standard deviations
  double clip_level = std::numeric_limits<double>::infinity();  ///< samples are limited to +- this
  double clock_skew_ppm = 0.0;  ///< the converter's clock is slow by this: its sample n is taken at
                                ///< n (1 + 1e-6 skew) / rate of true time
};

/// Applies, in this order: delays and clock skew (64-tap interpolation, one pass), gains, noise,
/// clipping.
/// @param interleaved  [samples, microphones], row-major, changed in place
/// @param random       one stream a session
/// @throws core::UsageError  on a negative or not finite size, a skew beyond 10,000 ppm, microphones that
/// do not fit
void apply_microphone_errors(std::span<float> interleaved, std::size_t microphones,
                             double sample_rate_hz, const MicrophoneErrors& errors,
                             core::RandomStream random);

}  // namespace room
