/// The bins of features as a dense STFT, which the baselines read.
#pragma once

#include <complex>
#include <vector>

#include "doa/stft_view.h"
#include "doa/window.h"
#include "session/features.h"

namespace localize {

/// Bins that are not above the floor are zero.
struct DenseStft {
  std::vector<std::complex<float>> data;  ///< [frames, bins, microphones]
  doa::StftView view;                     ///< of `data`; all bins weigh 1
};

/// Frames first, ..., end - 1 of a session.
/// @param fft_bins  bins of the half spectrum, from 0 Hz on
DenseStft dense_stft(const session::Features& heard, const doa::FrameRange& frames,
                     std::size_t microphones, std::size_t fft_bins, double bin_hz);

}  // namespace localize
