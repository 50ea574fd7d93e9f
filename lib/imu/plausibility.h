/// Whether the units and axes of an inertial log can be right.
#pragma once

#include <cstddef>
#include <optional>

#include "imu/gyroscope_reading.h"
#include "imu/sensor_model.h"

namespace imu {

/// Another reading of the gyroscope that fits the accelerometer, where the stated one does not.
struct BetterReading {
  GyroscopeReading reading;  ///< the simplest of those that fit
  double agreement = 0.0;    ///< see PlausibilityReport
  std::size_t as_good = 0;   ///< number of further readings that fit as well
  bool needs_unit = false;   ///< all readings that fit have the other unit
  bool needs_axes = false;   ///< all readings that fit have other axes or signs
};

struct PlausibilityReport {
  /// Gravity: the median length of the slow accelerations of all windows in which they agree with
  /// each other. If there are too few, the median length of all accelerations.
  double gravity_m_s2 = 0.0;
  bool gravity_known = false;  ///< whether it is that of the slow accelerations
  std::size_t windows = 0;     ///< number of windows in which the device tilts
  bool enough = false;         ///< whether these are enough for an agreement
  /// Agreement of gyroscope and accelerometer, at most 1: 1 minus the median over these windows of
  /// the mean square of (slow acceleration - gravity) / gravity, in the frame that the gyroscope
  /// keeps still. 1 unless `enough`.
  double agreement = 1.0;
  bool doubtful = false;                ///< `enough`, and an agreement below kDoubtfulAgreement
  std::optional<BetterReading> better;  ///< only by a clear margin
};

/// Agreement below which gyroscope and accelerometer do not fit: an error of 15 degrees. A
/// device that is swung at arm's length at 300 degrees a second has 0.94.
inline constexpr double kDoubtfulAgreement = 0.93;

/// Compares gyroscope and accelerometer, and if they do not fit, looks for a reading of the
/// gyroscope that does.
///
/// In a window of four seconds the accelerations are turned into the frame that the gyroscope keeps
/// still, and averaged over two seconds (Hann). Gravity stays; the accelerations of a hand do not,
/// because their mean is the change of the velocity over the time. With a right reading all averages
/// of the window are therefore the same vector of length g, however fast the device is carried
/// about. Windows count by how well the length of the acceleration stays at g.
///
/// Only windows in which the device tilts can tell. A better reading is stated only if it fits well
/// itself, with less than a quarter of the stated reading's misfit, in most windows.
/// A change of the accelerometer's sign cannot be seen here: gravity would still turn as it should.
/// @param samples  one run without gaps
PlausibilityReport check_plausibility(const Samples& samples, bool stated_degrees);

}  // namespace imu
