/// `csl-infer --estimator steered`: windows localized with the array's learned responses.
#pragma once

#include <memory>

#include "localize/window_estimator.h"

namespace localize {

/// The direction of the highest summed log likelihood (calib::MatchLikelihood) of all of a window's
/// bins as they were heard, each with its onset weight, pooled in the world or the sensor frame: a
/// grid fine enough for the array, then a local search. Confidence and support are those of the
/// network's bins round that direction.
/// @throws core::InputError  if the setup has no responses
std::unique_ptr<WindowEstimator> make_steered_estimator(const EstimatorSetup& setup);

}  // namespace localize
