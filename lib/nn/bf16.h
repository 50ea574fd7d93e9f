/// bfloat16: the upper half of a float, for matrix products that round their operands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "nn/gemm.h"

namespace nn {

/// Bits of a bfloat16: sign, 8 bits of exponent, 7 of fraction.
using Bf16 = std::uint16_t;

/// Rounds to the nearest bfloat16, ties to even. A NaN stays a NaN. @param out  [count]
void to_bf16(std::size_t count, const float* in, Bf16* out);

/// The same value as a float.
float from_bf16(Bf16 value);

/// Whether this processor multiplies bfloat16 in hardware and this build has oneDNN.
bool has_bf16();
/// @throws core::UsageError without has_bf16()
void require_bf16();

/// C = A B, or C += A B with `accumulate`: operands in bfloat16, products summed in float, on the
/// calling thread only.
/// @param a  [rows, inner]; @param b  [inner, cols]; @param c  [rows, cols], not transposed
/// @throws core::UsageError  without has_bf16()
void gemm_bf16(MatrixView<const Bf16> a, MatrixView<const Bf16> b, bool accumulate,
               MatrixView<float> c);

/// A matrix that products read in full precision or, in kBf16, rounded. The rounded values have the
/// layout of the view. In kBf16 the full values are not read.
template <typename T>
struct Operand {
  MatrixView<const T> full;
  const Bf16* rounded = nullptr;  ///< null in kFull

  MatrixView<const Bf16> rounded_view() const {
    return {rounded, full.rows, full.cols, full.stride, full.transposed};
  }
  Operand transpose() const { return {full.transpose(), rounded}; }
  Operand rows_from(std::size_t first, std::size_t count) const {
    const Bf16* moved = rounded == nullptr ? nullptr : rounded_view().rows_from(first, count).data;
    return {full.rows_from(first, count), moved};
  }
  /// The same rows with another number of columns, at most the stride. Not for transposed views.
  Operand with_cols(std::size_t cols) const {
    return {{full.data, full.rows, cols, full.stride, full.transposed}, rounded};
  }
};

/// C = A B, or C += A B with `accumulate`, in the given precision.
template <typename T>
void multiply(GemmBackend backend, Precision precision, const Operand<T>& a, const Operand<T>& b,
              bool accumulate, MatrixView<T> c) {
  if constexpr (std::is_same_v<T, float>) {
    if (precision == Precision::kBf16) {
      gemm_bf16(a.rounded_view(), b.rounded_view(), accumulate, c);
      return;
    }
  }
  gemm(backend, a.full, b.full, c, T(1), accumulate ? T(1) : T(0));
}

}  // namespace nn
