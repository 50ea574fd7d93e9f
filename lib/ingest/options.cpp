#include "ingest/options.h"

namespace ingest {

const char* name_of(GyroscopeUnit unit) {
  return unit == GyroscopeUnit::kRadiansPerSecond ? "rad/s" : "deg/s";
}

const char* name_of(AccelerometerUnit unit) {
  return unit == AccelerometerUnit::kMetersPerSecondSquared ? "m/s2" : "g";
}

std::string name_of(const UpAxis& up) {
  constexpr const char* kAxes = "xyz";
  return std::string(up.negative ? "-" : "+") + kAxes[static_cast<int>(up.axis)];
}

}  // namespace ingest
