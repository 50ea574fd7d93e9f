/// MUSIC for one source.
#pragma once

#include "doa/baseline_method.h"

namespace doa {

/// A window sums the pseudo-spectra 1 / (1 - x + kMusicFloor) of every frame and frequency, in both
/// frames. The signal subspace of one frame and frequency is its snapshot. A covariance over more
/// frames would mix the direct sound of a room with its reflections: its pseudo-spectrum has a lower
/// peak, at a direction between them. Summed frame by frame, the frames in which the direct sound
/// dominates have the highest peaks and decide (docs/evidence/experiments.md, known arrays).
/// The method is not in the paper. It uses every third bin of 340 to 6000 Hz.
BaselineMethod music_method();

}  // namespace doa
