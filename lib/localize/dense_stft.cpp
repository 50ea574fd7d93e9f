#include "localize/dense_stft.h"

#include <algorithm>
#include <cmath>

namespace localize {

DenseStft dense_stft(const session::Features& heard, const doa::FrameRange& frames,
                     std::size_t microphones, std::size_t fft_bins, double bin_hz) {
  DenseStft dense;
  dense.data.assign(frames.count() * fft_bins * microphones, 0.0F);
  dense.view = {dense.data.data(), frames.count(), fft_bins, microphones, bin_hz};
  const auto bin_of = [&](std::size_t frame) {
    return static_cast<std::size_t>(std::ranges::lower_bound(heard.frame, frame) -
                                    heard.frame.begin());
  };
  const std::size_t end = bin_of(frames.end);
  for (std::size_t b = bin_of(frames.first); b < end; ++b) {
    // The bins of features have unit norm.
    const float scale = std::sqrt(heard.energy[b]);
    const std::size_t row =
        (heard.frame[b] - frames.first) * fft_bins + static_cast<std::size_t>(heard.frequency[b]);
    for (std::size_t m = 0; m < microphones; ++m) {
      dense.data[row * microphones + m] = scale * heard.stft[b * microphones + m];
    }
  }
  return dense;
}

}  // namespace localize
