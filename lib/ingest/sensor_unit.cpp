#include "ingest/sensor_unit.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "core/errors.h"
#include "core/units.h"

namespace ingest {
namespace {

using formats::Quantity;

constexpr double kOneG = 9.80665;  // m/s^2

/// The unit that the user states for a quantity; nothing if he states none.
std::optional<SensorUnit> stated_unit(Quantity quantity, const LogOptions& options) {
  if (quantity == Quantity::kGyroscope) {
    if (!options.gyroscope_unit) return std::nullopt;
    const bool degrees = *options.gyroscope_unit == GyroscopeUnit::kDegreesPerSecond;
    return SensorUnit{degrees ? core::degrees_to_radians(1.0) : 1.0,
                      name_of(*options.gyroscope_unit)};
  }
  if (quantity == Quantity::kMagnetometer || !options.accelerometer_unit) return std::nullopt;
  const bool gravities = *options.accelerometer_unit == AccelerometerUnit::kStandardGravity;
  return SensorUnit{gravities ? kOneG : 1.0, name_of(*options.accelerometer_unit)};
}

const char* si_unit(Quantity quantity) {
  if (quantity == Quantity::kGyroscope) return "rad/s";
  return quantity == Quantity::kMagnetometer ? "uT" : "m/s2";
}

}  // namespace

SensorUnit sensor_unit(const std::filesystem::path& path, Quantity quantity,
                       const formats::VectorColumns& columns, const LogOptions& options) {
  const std::optional<SensorUnit> stated = stated_unit(quantity, options);
  if (!columns.unit || (columns.stated && stated)) {
    return stated.value_or(SensorUnit{1.0, si_unit(quantity)});
  }
  if (stated && std::abs(stated->factor / columns.unit->factor - 1.0) > 1e-6) {
    throw core::InputError(fmt::format(
        "{}: the name of column {} says {}, {} says {}; if the name is wrong, state the columns "
        "with --columns as well",
        path.string(), columns.column[0] + 1, columns.unit->name,
        quantity == Quantity::kGyroscope ? "--gyro-unit" : "--acc-unit", stated->name));
  }
  return {columns.unit->factor, columns.unit->name};
}

bool is_core_motion(const formats::MotionColumns& columns, const formats::VectorColumns& vector) {
  const auto x = columns.find(
      {"motiongravityx(g)", "motionuseraccelerationx(g)", "accelerometeraccelerationx(g)"});
  return x && (vector.stem == "motion gravity" || vector.stem == "motion user acceleration" ||
               vector.stem == "accelerometer acceleration");
}

}  // namespace ingest
