/// Units as the columns of motion logs name them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace formats {

enum class Dimension { kTime, kAngle, kRate, kAcceleration, kField, kLength };

struct Unit {
  Dimension dimension = Dimension::kTime;
  double factor = 1.0;  ///< The unit in s, rad, rad/s, m/s^2, uT or m.
  std::string name;     ///< "ms", "deg/s", "g", ...
};

/// The unit that a text states in any usual spelling: "deg/s", "dps", "rad s^-1", "m/s²", "G", "µT",
/// "milliseconds"; nothing for other text.
std::optional<Unit> find_unit(std::string_view text);

enum class TimeUnit { kSeconds, kMilliseconds, kMicroseconds, kNanoseconds };
/// "s", "ms", "us", "ns".
const char* name_of(TimeUnit unit);
/// The unit in s.
double seconds_in(TimeUnit unit);

}  // namespace formats
