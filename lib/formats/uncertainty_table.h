/// A table of the uncertainty of an array's responses.
#pragma once

#include <string>

#include "calib/uncertainty.h"

namespace formats {

/// CSV text with one line for each direction: azimuth and elevation in degrees, the number of
/// recordings with sound from this direction, and for each frequency the relative standard
/// deviation of a signature's entries. The deviations are empty if no recording has sound from the
/// direction.
std::string uncertainty_csv(const calib::Uncertainty& uncertainty);

}  // namespace formats
