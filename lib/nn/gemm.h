/// Matrix products behind one header: oneDNN where it was found, Eigen everywhere.
#pragma once

#include <cstddef>

namespace nn {

/// Library that multiplies. kAuto is oneDNN for float where it was found, and Eigen otherwise.
/// Products of double always use Eigen.
enum class GemmBackend { kAuto, kOneDnn, kEigen };

/// Type to which the operands of products are rounded. Sums and weights always have the full type.
enum class Precision { kFull, kBf16 };

/// A row-major matrix in memory that belongs to someone else, read as it is stored or transposed.
template <typename T>
struct MatrixView {
  T* data = nullptr;
  std::size_t rows = 0;    ///< number of rows as read, that is, after the transposition
  std::size_t cols = 0;    ///< number of columns as read
  std::size_t stride = 0;  ///< distance between stored rows, in numbers; at least their length
  bool transposed =
      false;  ///< entry (i, j) is data[j * stride + i] instead of data[i * stride + j]

  MatrixView transpose() const { return {data, cols, rows, stride, !transposed}; }
  /// The rows first <= i < first + count, as read.
  MatrixView rows_from(std::size_t first, std::size_t count) const {
    return {data + (transposed ? first : first * stride), count, cols, stride, transposed};
  }
};

/// View of a matrix [rows, cols] without gaps between its rows.
template <typename T>
MatrixView<T> matrix_view(T* data, std::size_t rows, std::size_t cols) {
  return {data, rows, cols, cols};
}

/// True if this build can use oneDNN.
bool has_onednn();

/// The back end that float products really use.
/// @throws core::UsageError for kOneDnn in a build without it
GemmBackend resolve_backend(GemmBackend backend);

/// C = alpha A B + beta C, on the calling thread only: the same bytes for the same shapes, however
/// many threads call it at once.
/// @param a     [rows, inner]
/// @param b     [inner, cols]
/// @param c     [rows, cols], not transposed
/// @param beta  0: C is overwritten and not read
/// @throws core::UsageError for kOneDnn in a build without it
void gemm(GemmBackend backend, MatrixView<const float> a, MatrixView<const float> b,
          MatrixView<float> c, float alpha = 1.0F, float beta = 0.0F);
void gemm(GemmBackend backend, MatrixView<const double> a, MatrixView<const double> b,
          MatrixView<double> c, double alpha = 1.0, double beta = 0.0);

}  // namespace nn
