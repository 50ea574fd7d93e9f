/// A calibration as a picture.
#pragma once

#include <string>

#include "calib/calibration.h"

namespace report {

/// Positions from above and from the side with ellipses of ten standard deviations, and level and
/// phase of the last microphone against the mean of all, over direction at one frequency. A file of
/// its own.
std::string calibration_svg(const calib::Calibration& calibration, double frequency_hz);

}  // namespace report
