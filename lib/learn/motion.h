/// How a recording was rotated, and from which directions it was heard.
#pragma once

#include "core/parallel.h"
#include "learn/dataset.h"
#include "learn/model.h"
#include "so3/motion_spread.h"

namespace learn {

/// Spread of the rotations. It needs no model.
so3::MotionSpread motion_spread(const Dataset& dataset);

/// Share of the sphere, in the sensor frame, within 15 degrees of a direction from which the
/// recording was heard, by the model's own directions. In other directions the model guesses.
double heard_share(const Model& model, const Dataset& dataset, core::ThreadPool& pool);

}  // namespace learn
