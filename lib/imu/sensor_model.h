/// Readings of an inertial measurement unit on the array, made from the true motion.
///
/// The world axes are ENU. At rest and level the accelerometer reads (0, 0, +g), the specific force
/// of the support.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "core/random.h"
#include "so3/track.h"

namespace imu {

/// Samples of a 9-axis unit in the sensor frame.
struct Samples {
  std::vector<double> time_s;                       ///< [n], increasing
  std::vector<Eigen::Vector3d> gyroscope_rad_s;     ///< [n], mean rate since the sample before
  std::vector<Eigen::Vector3d> accelerometer_m_s2;  ///< [n], specific force
  std::vector<Eigen::Vector3d> magnetometer_uT;     ///< [n]
};

/// Errors of one three-axis sensor in its own unit u: measured = M true + bias(t) + noise. The
/// defaults describe an ideal sensor.
struct SensorErrors {
  /// White noise, u / sqrt(Hz). Its standard deviation is noise_density sqrt(rate).
  double noise_density = 0.0;
  double bias_sd = 0.0;    ///< standard deviation of each axis's constant bias, u; drawn once
  double bias_walk = 0.0;  ///< random walk of the bias, u / sqrt(s): after t its sd is walk sqrt(t)
  double scale_sd = 0.0;   ///< relative standard deviation of each axis's scale; drawn once
  double misalignment_sd_rad = 0.0;  ///< standard deviation of each axis's two tilts; drawn once
};

/// A 9-axis unit and its surroundings.
struct SensorModel {
  std::string name = "ideal";
  double rate_hz = 100.0;
  SensorErrors gyroscope;
  SensorErrors accelerometer;
  SensorErrors magnetometer;
  Eigen::Vector3d gravity_world_m_s2{0.0, 0.0, -9.80665};
  /// Magnetic field of middle latitudes: 48 uT with a dip of 66 degrees.
  Eigen::Vector3d field_world_uT{0.0, 20.0, -44.0};
  /// Position of the unit relative to the point about which the array turns, sensor frame.
  Eigen::Vector3d lever_arm_m{0.0, 0.0, 0.0};
};

/// Units by name. "ideal" has no errors. "consumer" is a phone's MEMS unit that was not calibrated
/// within a day.
///
///   sensor, error                      consumer    tactical
///   gyroscope noise, deg/s/sqrt(Hz)    0.007       0.0015 (0.09 deg/sqrt(h))
///   gyroscope bias, deg/s              0.3         0.003
///   gyroscope walk, deg/s/sqrt(s)      0.01        2e-5
///   gyroscope scale, %                 0.5         0.02
///   gyroscope misalignment, deg        0.5         0.02
///   accelerometer noise, ug/sqrt(Hz)   180         20
///   accelerometer bias, mg             20          1
///   accelerometer scale, %             0.5         0.02
///   accelerometer misalignment, deg    0.5         0.02
///   magnetometer noise, uT/sqrt(Hz)    0.06        0.01
///   magnetometer bias (hard iron), uT  1           0.05
///   magnetometer scale, %              1           0.1
///   magnetometer misalignment, deg     0.5         0.1
///
/// @throws core::UsageError  on another name
SensorModel sensor_model(const std::string& name);

/// Samples at 0, 1 / rate, ... up to the duration, of a unit that turns with the track. Gyroscope
/// sample i is the mean rate since sample i - 1. Without errors q_i = q_(i-1) exp(gyroscope_i /
/// rate) therefore is exactly the track.
/// @param random  one stream for each session; the same stream gives the same samples
/// @throws core::UsageError  on a rate outside (0, 10 kHz] or a negative error size
Samples synthesize(const so3::Track& orientation, double duration_s, const SensorModel& model,
                   core::RandomStream random);

}  // namespace imu
