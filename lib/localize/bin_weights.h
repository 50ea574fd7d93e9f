/// Weights of a session's bins for the baselines, by the rules that C-SL's own bins follow.
#pragma once

#include <vector>

#include "doa/stft_view.h"

namespace localize {

struct BinWeightOptions {
  /// Bins that are less than this above the recording's noise weigh 0, dB; 0: off. The noise is
  /// that of features::session_floor().
  double noise_margin_db = 0.0;
  /// Bins weigh calib::onset_weight() of their rise (features::PastSound); false: they weigh 1.
  bool onset_weights = false;
};

/// @param hop_s  time between frames, s
/// @return       [frames, bins]
std::vector<float> bin_weights(const doa::StftView& stft, double hop_s,
                               const BinWeightOptions& options);

}  // namespace localize
