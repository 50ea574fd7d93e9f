/// Logs of inertial samples: one table, or one for each sensor.
#pragma once

#include "imu/sensor_model.h"
#include "ingest/facts.h"
#include "ingest/options.h"

namespace ingest {

/// Inertial samples as they were recorded.
struct InertialLog {
  imu::Samples samples;  ///< At the gyroscope's times.
  InertialFacts facts;
  bool sign_changed = false;      ///< The accelerations have the opposite sign in the file.
  bool time_unit_stated = false;  ///< The user states the unit of the times.
};

/// Reads options.imu and options.imu_beside. Sensors with times of their own are interpolated
/// linearly at the gyroscope's times, across gaps of at most options.max_gap_s or 2.5 of their steps;
/// the samples begin and end where both gyroscope and accelerometer have begun and not ended.
/// An acceleration without gravity is read only together with the gravity, and both are added.
/// @throws core::UsageError  if an option is needed that is not stated
/// @throws core::InputError  if there is no gyroscope or no accelerometer with gravity, if two files
///                           hold the same sensor, and as read_sensors()
InertialLog read_inertial_log(const LogOptions& options);

}  // namespace ingest
