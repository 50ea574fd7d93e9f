/// How well an array's responses are known, as a table.
#pragma once

#include <string>

#include "calib/uncertainty.h"

namespace formats {

/// CSV, one line a direction: azimuth and elevation (degrees), the recordings that heard it, and
/// the relative standard deviation of a signature's entries at each frequency; empty where none
/// heard.
std::string uncertainty_csv(const calib::Uncertainty& uncertainty);

}  // namespace formats
