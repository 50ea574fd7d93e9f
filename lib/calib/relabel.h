/// Better directions of the recordings from the responses learned so far.
#pragma once

#include "calib/calibration.h"
#include "calib/observations.h"
#include "core/parallel.h"

namespace calib {

/// Moves every recording's direction to the highest likelihood of all its bins near where it is.
/// @param radius_rad  how far the search reaches at first
/// @return            mean angle by which directions moved, rad
double relabel(Observations& data, const Calibration& calibration, double radius_rad,
               core::ThreadPool& pool);

}  // namespace calib
