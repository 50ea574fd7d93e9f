/// MUSIC for one source.
#pragma once

#include "doa/baseline_method.h"

namespace doa {

/// Pooled in the sensor frame, a window has one covariance, summed over its frames.
/// Pooled in the world, it sums the pseudo-spectra of the covariances of
/// BaselineOptions::block_frames frames around every frame.
/// The method is not in the paper. It uses every third bin of 340 to 6000 Hz.
BaselineMethod music_method();

}  // namespace doa
