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
using Stored = Eigen::Map<const Matrix<T>, Eigen::Unaligned, Eigen::OuterStride<>>;
template <typename T>
using Output = Eigen::Map<Matrix<T>, Eigen::Unaligned, Eigen::OuterStride<>>;

Eigen::Index index(std::size_t value) { return static_cast<Eigen::Index>(value); }

template <typename T>
Stored<T> stored(const MatrixView<const T>& m) {
  return {m.data, index(m.transposed ? m.cols : m.rows), index(m.transposed ? m.rows : m.cols),
          Eigen::OuterStride<>(index(m.stride))};
}

template <typename T, typename A, typename B>
void multiply(const A& a, const B& b, T alpha, T beta, Output<T>& c) {
  if (beta == T(0)) {
    c.noalias() = alpha * (a * b);
    return;
  }
  if (beta != T(1)) c *= beta;
  c.noalias() += alpha * (a * b);
}

template <typename T>
void eigen_gemm(const MatrixView<const T>& a, const MatrixView<const T>& b, const MatrixView<T>& c,
                T alpha, T beta) {
  const Stored<T> stored_a = stored(a);
  const Stored<T> stored_b = stored(b);
  Output<T> out(c.data, index(c.rows), index(c.cols), Eigen::OuterStride<>(index(c.stride)));
  if (a.transposed && b.transposed) {
    multiply<T>(stored_a.transpose(), stored_b.transpose(), alpha, beta, out);
  } else if (a.transposed) {
    multiply<T>(stored_a.transpose(), stored_b, alpha, beta, out);
  } else if (b.transposed) {
    multiply<T>(stored_a, stored_b.transpose(), alpha, beta, out);
  } else {
    multiply<T>(stored_a, stored_b, alpha, beta, out);
  }
}

#ifdef CSL_HAVE_ONEDNN
/// Each product runs on one thread; the thread pool runs several products in parallel. A product
/// on several threads would give other bytes for another number of threads.
void keep_onednn_on_this_thread() {
  thread_local const bool done = [] {
    omp_set_num_threads(1);
    return true;
  }();
  (void)done;
}

void onednn_gemm(const MatrixView<const float>& a, const MatrixView<const float>& b,
                 const MatrixView<float>& c, float alpha, float beta) {
  keep_onednn_on_this_thread();
  const auto letter = [](bool transposed) { return transposed ? 'T' : 'N'; };
  const dnnl_status_t status = dnnl_sgemm(
      letter(a.transposed), letter(b.transposed), index(c.rows), index(c.cols), index(a.cols),
      alpha, a.data, index(a.stride), b.data, index(b.stride), beta, c.data, index(c.stride));
  if (status != dnnl_success) {
    throw std::runtime_error(fmt::format("dnnl_sgemm [{}, {}] x [{}, {}] failed with status {}",
                                         a.rows, a.cols, b.rows, b.cols, static_cast<int>(status)));
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

void gemm(GemmBackend backend, MatrixView<const float> a, MatrixView<const float> b,
          MatrixView<float> c, float alpha, float beta) {
#ifdef CSL_HAVE_ONEDNN
  if (resolve_backend(backend) == GemmBackend::kOneDnn) {
    onednn_gemm(a, b, c, alpha, beta);
    return;
  }
#else
  resolve_backend(backend);
#endif
  eigen_gemm(a, b, c, alpha, beta);
}

void gemm(GemmBackend backend, MatrixView<const double> a, MatrixView<const double> b,
          MatrixView<double> c, double alpha, double beta) {
  resolve_backend(backend);
  eigen_gemm(a, b, c, alpha, beta);
}

}  // namespace nn
