/// Built-in descriptions of devices that can be bought: the files of data/arrays, compiled in.
#pragma once

#include <span>

namespace array {

struct DeviceArray {
  const char* name;
  const char* json;  ///< content of data/arrays/NAME.json, as geometry_from_json() reads it
};

/// All devices, in the order in which help texts name them.
std::span<const DeviceArray> device_arrays();

}  // namespace array
