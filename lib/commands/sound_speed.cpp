#include "commands/sound_speed.h"

#include <fmt/format.h>

#include <cmath>

#include "core/errors.h"
#include "core/units.h"

namespace commands {

double SoundSpeedOptions::speed_of_sound() const {
  core::require(!speed_m_s || !temperature_c, "give --speed-of-sound or --temperature, not both");
  if (speed_m_s) {
    core::require(*speed_m_s >= 100.0 && *speed_m_s <= 2000.0,
                  fmt::format("--speed-of-sound: expected 100 to 2000 m/s, found {}", *speed_m_s));
    return *speed_m_s;
  }
  if (!temperature_c) return core::kSpeedOfSound;
  core::require(
      *temperature_c >= -60.0 && *temperature_c <= 60.0,
      fmt::format("--temperature: expected -60 to 60 degrees Celsius, found {}", *temperature_c));
  return 331.3 * std::sqrt(1.0 + *temperature_c / 273.15);
}

void SoundSpeedOptions::add_to(nlohmann::json& options) const {
  if (given()) options["speed_of_sound_m_s"] = speed_of_sound();
}

}  // namespace commands
