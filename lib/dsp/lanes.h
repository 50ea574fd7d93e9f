/// Eight signals side by side, the unit of work of kernels that process many similar signals at
/// once.
#pragma once

#include <cstddef>

namespace dsp {

inline constexpr std::size_t kLanes = 8;

/// Eight floats with element-wise arithmetic (GCC and Clang vector extension). Functions take them
/// by reference only: passing by value depends on the instruction set, and kernels are compiled for
/// several instruction sets. The alignment is explicit: without AVX the compiler would choose 16
/// bytes, and the AVX version of a kernel would then fault.
using Lanes = float __attribute__((vector_size(kLanes * sizeof(float)), aligned(32)));

/// Eight complex numbers, or sixteen real signals, in one aligned cache line.
struct alignas(64) Cell {
  Lanes re;
  Lanes im;
};

}  // namespace dsp
