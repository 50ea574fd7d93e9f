/// Eight signals side by side: the unit of work of kernels that treat many equal signals at once.
#pragma once

#include <cstddef>

namespace dsp {

inline constexpr std::size_t kLanes = 8;

/// Eight floats that take part in arithmetic element by element (GCC and Clang vector extension).
/// Passed by reference only: how such a value is passed depends on the instruction set, and kernels
/// are compiled for several.
/// Aligned explicitly: without AVX the compiler would settle for 16 bytes, and the AVX version of a
/// kernel fault.
using Lanes = float __attribute__((vector_size(kLanes * sizeof(float)), aligned(32)));

/// Eight complex numbers, or sixteen real signals: one cache line, and aligned to it.
struct alignas(64) Cell {
  Lanes re;
  Lanes im;
};

}  // namespace dsp
