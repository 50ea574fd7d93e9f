#include "nn/gemm.h"

#include <Eigen/Core>

#include "core/errors.h"

#ifdef CSL_HAVE_ONEDNN
#include <dnnl.h>
#include <fmt/format.h>
#include <omp.h>

#include <stdexcept>
#endif

namespace nn {
namespace {

template <typename T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <typename T>
using ConstView = Eigen::Map<const Matrix<T>, Eigen::Unaligned, Eigen::OuterStride<>>;
template <typename T>
using View = Eigen::Map<Matrix<T>, Eigen::Unaligned, Eigen::OuterStride<>>;

Eigen::Index index(std::size_t value) { return static_cast<Eigen::Index>(value); }

template <typename T, typename A, typename B>
void multiply(const A& a, const B& b, T alpha, T beta, View<T>& c) {
  if (beta == T(0)) {
    c.noalias() = alpha * (a * b);
    return;
  }
  if (beta != T(1)) c *= beta;
  c.noalias() += alpha * (a * b);
}

template <typename T>
void eigen_gemm(Op op_a, Op op_b, std::size_t rows, std::size_t cols, std::size_t inner, T alpha,
                const T* a, std::size_t lda, const T* b, std::size_t ldb, T beta, T* c,
                std::size_t ldc) {
  const bool turn_a = op_a == Op::kTranspose;
  const bool turn_b = op_b == Op::kTranspose;
  const ConstView<T> stored_a(a, index(turn_a ? inner : rows), index(turn_a ? rows : inner),
                              Eigen::OuterStride<>(index(lda)));
  const ConstView<T> stored_b(b, index(turn_b ? cols : inner), index(turn_b ? inner : cols),
                              Eigen::OuterStride<>(index(ldb)));
  View<T> view_c(c, index(rows), index(cols), Eigen::OuterStride<>(index(ldc)));
  if (turn_a && turn_b) {
    multiply<T>(stored_a.transpose(), stored_b.transpose(), alpha, beta, view_c);
  } else if (turn_a) {
    multiply<T>(stored_a.transpose(), stored_b, alpha, beta, view_c);
  } else if (turn_b) {
    multiply<T>(stored_a, stored_b.transpose(), alpha, beta, view_c);
  } else {
    multiply<T>(stored_a, stored_b, alpha, beta, view_c);
  }
}

#ifdef CSL_HAVE_ONEDNN
/// Our pool does the parallel part; a GEMM that splits itself would also change bits with its
/// threads.
void keep_onednn_on_this_thread() {
  thread_local const bool done = [] {
    omp_set_num_threads(1);
    return true;
  }();
  (void)done;
}

void onednn_gemm(Op op_a, Op op_b, std::size_t rows, std::size_t cols, std::size_t inner,
                 float alpha, const float* a, std::size_t lda, const float* b, std::size_t ldb,
                 float beta, float* c, std::size_t ldc) {
  keep_onednn_on_this_thread();
  const auto letter = [](Op op) { return op == Op::kTranspose ? 'T' : 'N'; };
  const dnnl_status_t status =
      dnnl_sgemm(letter(op_a), letter(op_b), index(rows), index(cols), index(inner), alpha, a,
                 index(lda), b, index(ldb), beta, c, index(ldc));
  if (status != dnnl_success) {
    throw std::runtime_error(fmt::format("dnnl_sgemm [{}, {}] x [{}, {}] failed with status {}",
                                         rows, inner, inner, cols, static_cast<int>(status)));
  }
}
#endif

}  // namespace

bool has_onednn() {
#ifdef CSL_HAVE_ONEDNN
  return true;
#else
  return false;
#endif
}

GemmBackend resolve_backend(GemmBackend backend) {
  if (backend == GemmBackend::kAuto) {
    return has_onednn() ? GemmBackend::kOneDnn : GemmBackend::kEigen;
  }
  if (backend == GemmBackend::kOneDnn && !has_onednn()) {
    throw core::UsageError(
        "matrix back end: this build has no oneDNN; install libdnnl-dev and build again, or use "
        "the Eigen back end");
  }
  return backend;
}

void gemm(GemmBackend backend, Op op_a, Op op_b, std::size_t rows, std::size_t cols,
          std::size_t inner, float alpha, const float* a, std::size_t lda, const float* b,
          std::size_t ldb, float beta, float* c, std::size_t ldc) {
#ifdef CSL_HAVE_ONEDNN
  if (resolve_backend(backend) == GemmBackend::kOneDnn) {
    onednn_gemm(op_a, op_b, rows, cols, inner, alpha, a, lda, b, ldb, beta, c, ldc);
    return;
  }
#else
  resolve_backend(backend);
#endif
  eigen_gemm(op_a, op_b, rows, cols, inner, alpha, a, lda, b, ldb, beta, c, ldc);
}

void gemm(GemmBackend backend, Op op_a, Op op_b, std::size_t rows, std::size_t cols,
          std::size_t inner, double alpha, const double* a, std::size_t lda, const double* b,
          std::size_t ldb, double beta, double* c, std::size_t ldc) {
  resolve_backend(backend);
  eigen_gemm(op_a, op_b, rows, cols, inner, alpha, a, lda, b, ldb, beta, c, ldc);
}

}  // namespace nn
