#include "ingest/options.h"

namespace ingest {

const char* name_of(GyroscopeUnit unit) {
  return unit == GyroscopeUnit::kRadiansPerSecond ? "rad/s" : "deg/s";
}

const char* name_of(AccelerometerUnit unit) {
  return unit == AccelerometerUnit::kMetersPerSecondSquared ? "m/s2" : "g";
}

}  // namespace ingest
