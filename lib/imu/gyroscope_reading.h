/// Ways in which a gyroscope's columns can be meant: units, order of the axes, signs.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

namespace imu {

/// One reading of a gyroscope's columns: rate = scale * axes * columns.
struct GyroscopeReading {
  double scale = 1.0;  ///< 1, or what turns the stated unit into the other one.
  /// Signed permutation: each row and each column has one entry of 1 or -1.
  Eigen::Matrix3d axes = Eigen::Matrix3d::Identity();
  std::string name;  ///< For people: "with axis z of the opposite sign".
  /// The same mistake if the accelerometer makes it instead; empty: it cannot. Gravity turns as it
  /// should with other axes A of the accelerometer if det(A) A is the transpose of `axes`.
  std::string accelerometer_name;
  int simplicity = 0;  ///< Number of mistakes that it takes; 0: as stated.

  bool axes_as_stated() const { return axes.isIdentity(0.0); }
};

/// All 96 readings: 2 units times 48 signed permutations, simpler ones first. The first is the
/// stated one.
/// @param stated_degrees  whether the columns were stated to be in degrees a second
std::vector<GyroscopeReading> gyroscope_readings(bool stated_degrees);

}  // namespace imu
