/// Picture of a calibrated array.
#pragma once

#include <string>

#include "calib/calibration.h"

namespace report {

/// Four plots in one file. Two show the positions from above and from the side in equal scales, with
/// the microphones' numbers from 1 and ellipses of ten standard deviations. Two show the last
/// microphone at one frequency over the direction of the source: its level (dB) and its phase
/// (degrees) relative to the mean of all microphones. Directions that no recording heard are hatched.
std::string calibration_svg(const calib::Calibration& calibration, double frequency_hz);

}  // namespace report
