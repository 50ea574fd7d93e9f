/// Whether a recording's rotations can identify the map at all, and which directions it has heard.
#pragma once

#include "core/parallel.h"
#include "learn/dataset.h"
#include "learn/model.h"
#include "so3/motion_spread.h"

namespace learn {

/// From the rotations alone, before any training.
so3::MotionSpread motion_spread(const Dataset& dataset);

/// Share of the sphere, in the sensor frame, that lies within 15 degrees of a direction from which
/// the recording was heard, as the model places it. Elsewhere the model guesses.
double heard_share(const Model& model, const Dataset& dataset, core::ThreadPool& pool);

}  // namespace learn
