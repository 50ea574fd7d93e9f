/// Standard normal numbers for tests: the same for the same arguments, everywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/random.h"

template <typename T = float>
std::vector<T> random_values(std::size_t count, std::uint64_t seed, std::uint32_t stream = 0) {
  core::RandomStream random(seed, core::Purpose::kTest, stream);
  std::vector<T> values(count);
  for (T& value : values) value = static_cast<T>(random.normal());
  return values;
}
