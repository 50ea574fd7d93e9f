/// The unit and the sign of an inertial sensor's columns.
#pragma once

#include <filesystem>
#include <string>

#include "formats/column_name.h"
#include "formats/motion_columns.h"
#include "ingest/options.h"

namespace ingest {

struct SensorUnit {
  double factor = 1.0;  ///< Turns the column's numbers into rad/s, m/s^2 or uT.
  std::string name;     ///< "deg/s"
};

/// The unit that the names state, otherwise the user, otherwise the SI unit.
/// @param path  named in the message
/// @throws core::InputError  if the names and the user contradict each other
SensorUnit sensor_unit(const std::filesystem::path& path, formats::Quantity quantity,
                       const formats::VectorColumns& columns, const LogOptions& options);

/// Names that SensorLog and other exports of CoreMotion use. CoreMotion's accelerations point down
/// at rest; those of this library up (specific force).
bool is_core_motion(const formats::MotionColumns& columns, const formats::VectorColumns& vector);

}  // namespace ingest
