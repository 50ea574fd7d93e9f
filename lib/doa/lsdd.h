/// LSDD with soft masks.
#pragma once

#include "doa/baseline_method.h"

namespace doa {

/// A window sums the masked angles of all its bins, in both frames.
/// Source: C-SL paper, section 3.3, with its range of 1800 to 3600 Hz and alpha = 3
BaselineMethod lsdd_method();

}  // namespace doa
