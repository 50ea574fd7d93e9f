/// `csl-infer --estimator robust` and `centroid`: one direction for each window, by pooling the
/// directions of its bins.
#pragma once

#include "localize/window_estimator.h"

namespace localize {

/// Mode seeking, doa::pool_robust().
EstimatorKind robust_estimator();

/// The centroid of the bins' directions, doa::pool_centroid(). Source: C-SL paper, eq. (5)
EstimatorKind centroid_estimator();

}  // namespace localize
