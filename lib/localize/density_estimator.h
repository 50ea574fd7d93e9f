/// `csl-infer --estimator kde`: several directions for each window, the peaks of the kernel density
/// of its bins' directions.
#pragma once

#include "localize/window_estimator.h"

namespace localize {

/// Source: C-SL paper, section 3.3
EstimatorKind density_estimator();

}  // namespace localize
