/// Matrix products behind one header: oneDNN where it was found, Eigen everywhere.
#pragma once

#include <cstddef>

namespace nn {

/// Who multiplies. kAuto is oneDNN for float where it was found, else Eigen; double is always
/// Eigen.
enum class GemmBackend { kAuto, kOneDnn, kEigen };

/// What the operands of products are rounded to; sums and weights are always of the full type.
enum class Precision { kFull, kBf16 };

/// Whether an operand is read as it is stored or transposed.
enum class Op { kNone, kTranspose };

/// True if this build can use oneDNN.
bool has_onednn();

/// The back end that float products really use. @throws core::UsageError for kOneDnn in a build
/// without it
GemmBackend resolve_backend(GemmBackend backend);

/// C = alpha op(A) op(B) + beta C, all row-major, on the calling thread only: the same bytes for
/// the same shapes, however many threads call it at once.
/// @param rows, cols, inner  op(A) is [rows, inner], op(B) is [inner, cols], C is [rows, cols]
/// @param lda, ldb, ldc      stored row lengths, at least the stored number of columns
/// beta = 0 does not read C.
/// @throws core::UsageError for kOneDnn in a build without it
void gemm(GemmBackend backend, Op op_a, Op op_b, std::size_t rows, std::size_t cols,
          std::size_t inner, float alpha, const float* a, std::size_t lda, const float* b,
          std::size_t ldb, float beta, float* c, std::size_t ldc);
void gemm(GemmBackend backend, Op op_a, Op op_b, std::size_t rows, std::size_t cols,
          std::size_t inner, double alpha, const double* a, std::size_t lda, const double* b,
          std::size_t ldb, double beta, double* c, std::size_t ldc);

}  // namespace nn
