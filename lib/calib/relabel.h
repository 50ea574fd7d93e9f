/// Improves the directions of the recordings by the responses learned so far.
#pragma once

#include "calib/calibration.h"
#include "calib/observations.h"
#include "core/parallel.h"

namespace calib {

/// Moves every recording's direction to the highest likelihood of all its bins near it.
/// @param radius_rad  first radius of the local search, rad
/// @return            mean angle by which directions moved, rad
double relabel(Observations& data, const Calibration& calibration, double radius_rad,
               core::ThreadPool& pool);

}  // namespace calib
