/// `csl-infer --estimator srp-phat`, `srp-phat-first`, `lsdd` and `music`: one direction for each
/// window, by an array that is known. csl-eval --baselines runs the same methods.
#pragma once

#include "doa/baseline.h"
#include "localize/window_estimator.h"

namespace localize {

/// The estimator of a baseline. It uses the bins of EstimatorInput::heard in the method's band; the
/// network's output is not read. Confidence is the share of the highest possible score
/// (doa::BaselineEstimate::share).
EstimatorKind baseline_estimator(const doa::BaselineMethod& method);

/// A baseline's answer as the estimate of a window.
/// @param estimate          the window, made by window_at()
/// @param extent            of the array
/// @param direction_sensor  the grid's or the refined direction of `found`
/// @param bins              number of pooled bins
void set_baseline_direction(const doa::BaselineEstimate& found, array::Extent extent,
                            const Eigen::Vector3d& direction_sensor, std::size_t bins,
                            session::Estimate& estimate);

}  // namespace localize
