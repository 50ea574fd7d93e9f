/// Numbers from bytes.
#pragma once

#include <cstdint>
#include <string_view>

namespace io {

/// @param bytes  at most 8, the lowest first
inline std::uint64_t little_endian_number(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8U | static_cast<std::uint8_t>(bytes[i]);
  }
  return value;
}

/// @param bytes  at most 8, the highest first
inline std::uint64_t big_endian_number(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8U | static_cast<std::uint8_t>(byte);
  return value;
}

}  // namespace io
