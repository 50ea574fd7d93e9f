/// `csl-infer --estimator mixture`: several directions for each window, by the array's learned
/// responses.
#pragma once

#include "localize/window_estimator.h"

namespace localize {

/// A mixture of directions and of bins from nowhere (doa::MixtureSearch), fitted to all bins of the
/// window in EstimatorInput::heard, each with its onset weight. A peak's density is the share of
/// the bins, by weight, that belong to it. Confidence is computed from the network's output near
/// the peak.
EstimatorKind mixture_estimator();

}  // namespace localize
