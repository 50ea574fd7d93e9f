/// The reflection decision: the choice between f and -f, whose losses are equal (C-SL paper, 2.2).
#pragma once

#include "core/parallel.h"
#include "learn/dataset.h"
#include "learn/model.h"
#include "learn/reflection_rule.h"

namespace learn {

/// Checks before training that decide_reflection() will have what the rule needs.
/// @throws core::InputError  kTruth without any true direction; kRecordings with a name that no
///                           recording has; kMicrophones with a microphone that
///                           the recording does not have, or without a tenth of a second with
///                           enough bins
void require_reflection(const Dataset& dataset, const ReflectionOptions& options);

/// Decides the sign of `model` (whose present sign is ignored) on a recording. The margin is |for -
/// against| / votes. kTruth, kInitial, kWorld: an interval votes with the sign of <predicted,
/// expected> of its direction, pooled in the world. kInitial asks the first interval with sound of
/// each recording, and expects the axis as it stood in the interval's first frame; kTruth and kWorld
/// ask all intervals. kMicrophones: the delay (or level difference) between A and B is fitted
/// by a linear function of the predicted direction, in up to 20 groups of intervals; each group
/// votes with the sign of the function's slope along the axis. For arrival times the slope is the
/// vector from B to A over the speed of sound: other spacing than along the axis does not mislead.
/// The decision is doubtful if the margin could be that of a fair coin, or if the directions lie on
/// average within 6 degrees of the border of their half space.
/// @throws core::InputError  if the rule needs what the data lack (kTruth without true directions;
///                           no interval with bins; no such microphone)
Reflection decide_reflection(const Model& model, const Dataset& dataset,
                             const ReflectionOptions& options, core::ThreadPool& pool);

}  // namespace learn
