/// The speed of sound, an option wherever positions enter or leave.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

namespace commands {

/// At most one of the two is given; without them, 343 m/s hold.
struct SoundSpeedOptions {
  std::optional<double> speed_m_s;
  std::optional<double> temperature_c;  ///< of the air, degrees Celsius

  bool given() const { return speed_m_s || temperature_c; }
  /// The speed of sound, m/s; for dry air 331.3 sqrt(1 + temperature / 273.15).
  /// @throws core::UsageError  if both are given or a value is out of range
  double speed_of_sound() const;
  /// Adds "speed_of_sound_m_s" to options of a tool, if it was given.
  void add_to(nlohmann::json& options) const;
};

}  // namespace commands
