/// `csl-infer --estimator steered`: one direction for each window, by the array's learned
/// responses.
#pragma once

#include "localize/window_estimator.h"

namespace localize {

/// The direction with the highest log likelihood (calib::MatchLikelihood), summed over all bins of
/// the window in EstimatorInput::heard, each with its onset weight. The search runs over a grid
/// that is fine enough for the array, then locally. The bins are pooled in the world or sensor
/// frame. Confidence and support are computed from the network's output near the found direction.
EstimatorKind steered_estimator();

}  // namespace localize
