/// SRP-PHAT: steered response power with phase transform.
#pragma once

#include "doa/baseline_method.h"

namespace doa {

/// A window sums the steered powers of every frame's phases, over all pairs of microphones, in both
/// frames.
BaselineMethod srp_phat_method();

/// Pooled in the sensor frame, a window sums the phases of its cross-spectra with microphone 1.
/// Pooled in the world, it is srp_phat_method(): the phases of one frame are the same with any
/// reference.
/// Source: C-SL paper, section 3.3
BaselineMethod srp_phat_first_method();

}  // namespace doa
