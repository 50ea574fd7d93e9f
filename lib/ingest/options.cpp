#include "ingest/options.h"

namespace ingest {

const char* name_of(QuaternionOrder order) {
  return order == QuaternionOrder::kWxyz ? "wxyz" : "xyzw";
}

const char* name_of(GyroscopeUnit unit) {
  return unit == GyroscopeUnit::kRadiansPerSecond ? "rad/s" : "deg/s";
}

const char* name_of(AccelerometerUnit unit) {
  return unit == AccelerometerUnit::kMetersPerSecondSquared ? "m/s2" : "g";
}

std::string name_of(const UpAxis& up) {
  return std::string(up.negative ? "-" : "+") + name_of(up.axis);
}

char name_of(Axis axis) { return axis == Axis::kX ? 'x' : axis == Axis::kY ? 'y' : 'z'; }

}  // namespace ingest
