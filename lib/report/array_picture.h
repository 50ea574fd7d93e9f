/// Picture of a calibrated array.
#pragma once

#include <string>

#include "calib/calibration.h"

namespace report {

/// Four plots in one file: the positions from above and from the side, in equal scales, with the
/// microphones' numbers from 1 and ellipses of ten standard deviations; and, at one frequency, the
/// level (dB) and the phase (degrees) of the last microphone over the direction of the source,
/// relative to the mean of all microphones. Directions that no recording heard are hatched.
std::string calibration_svg(const calib::Calibration& calibration, double frequency_hz);

}  // namespace report
