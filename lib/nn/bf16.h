/// bfloat16: the upper half of a float, for matrix products that round their operands.
#pragma once

#include <cstddef>
#include <cstdint>

#include "nn/gemm.h"

namespace nn {

/// Bits of a bfloat16: sign, 8 bits of exponent, 7 of fraction.
using Bf16 = std::uint16_t;

/// Rounds to the nearest bfloat16, ties to even. Not-a-numbers stay such. @param out  [count]
void to_bf16(std::size_t count, const float* in, Bf16* out);

/// The float of the same value.
float from_bf16(Bf16 value);

/// Whether this processor multiplies bfloat16 in hardware and this build has oneDNN.
bool has_bf16();
/// @throws core::UsageError without has_bf16()
void require_bf16();

/// C = op(A) op(B), or C += op(A) op(B) with `accumulate`: operands in bfloat16, products summed in
/// float; all row-major, on the calling thread only.
/// @param rows, cols, inner  op(A) is [rows, inner], op(B) is [inner, cols], C is [rows, cols]
/// @param lda, ldb, ldc      stored row lengths
/// @throws core::UsageError  without has_bf16()
void gemm_bf16(Op op_a, Op op_b, std::size_t rows, std::size_t cols, std::size_t inner,
               const Bf16* a, std::size_t lda, const Bf16* b, std::size_t ldb, bool accumulate,
               float* c, std::size_t ldc);

}  // namespace nn
