/// SRP-PHAT: steered response power with phase transform.
#pragma once

#include "doa/baseline_method.h"

namespace doa {

/// Pooled in the sensor frame, a window sums the phases of its cross-spectra with microphone 1.
/// Pooled in the world, it sums the steered powers of every frame's phases.
/// Source: C-SL paper, section 3.3
BaselineMethod srp_phat_method();

}  // namespace doa
