/// What an inertial measurement unit on the array reports, made from the true motion.
///
/// World axes are ENU. At rest and level the accelerometer reads (0, 0, +g): it feels the support,
/// not the fall.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "core/random.h"
#include "so3/track.h"

namespace imu {

/// Samples of a 9-axis unit, sensor frame.
struct Samples {
  std::vector<double> time_s;                       ///< [n], increasing
  std::vector<Eigen::Vector3d> gyroscope_rad_s;     ///< [n], mean rate since the sample before
  std::vector<Eigen::Vector3d> accelerometer_m_s2;  ///< [n], specific force
  std::vector<Eigen::Vector3d> magnetometer_uT;     ///< [n]
};

/// Errors of one three-axis sensor, in its own unit u: measured = M true + bias(t) + noise. All
/// zero: ideal.
struct SensorErrors {
  double noise_density =
      0.0;                 ///< u / sqrt(Hz): white noise of standard deviation density * sqrt(rate)
  double bias_sd = 0.0;    ///< u: constant bias of each axis, drawn once
  double bias_walk = 0.0;  ///< u / sqrt(s): the bias wanders by walk * sqrt(t)
  double scale_sd = 0.0;   ///< relative error of each axis' scale, drawn once
  double misalignment_sd_rad = 0.0;  ///< each axis leans by such angles, drawn once
};

struct SensorModel {
  std::string name = "ideal";
  double rate_hz = 100.0;
  SensorErrors gyroscope;
  SensorErrors accelerometer;
  SensorErrors magnetometer;
  Eigen::Vector3d gravity_world_m_s2{0.0, 0.0, -9.80665};
  Eigen::Vector3d field_world_uT{0.0, 20.0,
                                 -44.0};  ///< middle latitudes: 48 uT, dipping 66 degrees north
  Eigen::Vector3d lever_arm_m{
      0.0, 0.0, 0.0};  ///< of the unit from the point the array turns about, sensor frame
};

/// Stated parts:
///   ideal     no errors
///   consumer  a phone's MEMS unit, uncalibrated within a day: gyroscope 0.007 deg/s/sqrt(Hz), bias
///   0.3 deg/s, walk 0.01
///             deg/s/sqrt(s), scale 0.5 %, 0.5 deg; accelerometer 180 ug/sqrt(Hz), 20 mg, 0.5 %,
///             0.5 deg; magnetometer 0.06 uT/sqrt(Hz), hard iron 1 uT, 1 %, 0.5 deg
///   tactical  gyroscope 0.0015 deg/s/sqrt(Hz) (0.09 deg/sqrt(h)), bias 0.003 deg/s, walk 2e-5,
///   scale 0.02 %, 0.02 deg;
///             accelerometer 20 ug/sqrt(Hz), 1 mg, 0.02 %, 0.02 deg; magnetometer 0.01 uT/sqrt(Hz),
///             0.05 uT, 0.1 %, 0.1 deg
/// @throws core::UsageError  on another name
SensorModel sensor_model(const std::string& name);

/// Samples at 0, 1/rate, ... up to the duration, of a unit that turns with the track.
/// The gyroscope sample i is the mean rate over the interval before it, so that q_i = q_(i-1)
/// exp(gyro_i / rate) gives the track back exactly where there are no errors.
/// @param random  one stream a session; the same stream gives the same samples
/// @throws core::UsageError  on a rate outside (0, 10 kHz] or a negative error size
Samples synthesize(const so3::Track& orientation, double duration_s, const SensorModel& model,
                   core::RandomStream random);

}  // namespace imu
