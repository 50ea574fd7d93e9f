#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "core/errors.h"
#include "core/random.h"
#include "nn/gemm.h"
#include "random_values.h"

namespace {

using nn::GemmBackend;
using nn::MatrixView;

std::vector<GemmBackend> backends() {
  if (nn::has_onednn()) return {GemmBackend::kOneDnn, GemmBackend::kEigen};
  return {GemmBackend::kEigen};
}

struct Case {
  bool transposed_a, transposed_b;
  std::size_t rows, cols, inner;
  double alpha, beta;
};

/// Entry (i, j) of C = alpha A B + beta C by its definition, in double.
template <typename T>
double expected(const Case& c, std::size_t i, std::size_t j, const std::vector<T>& a,
                std::size_t lda, const std::vector<T>& b, std::size_t ldb, double old) {
  double sum = 0.0;
  for (std::size_t k = 0; k < c.inner; ++k) {
    const double left = a[c.transposed_a ? k * lda + i : i * lda + k];
    const double right = b[c.transposed_b ? j * ldb + k : k * ldb + j];
    sum += left * right;
  }
  return c.alpha * sum + c.beta * old;
}

template <typename T>
double worst_error(GemmBackend backend, const Case& c) {
  // Rows are stored longer than needed, so that a wrong stride shows.
  const std::size_t lda = (c.transposed_a ? c.rows : c.inner) + 3;
  const std::size_t ldb = (c.transposed_b ? c.inner : c.cols) + 1;
  const std::size_t ldc = c.cols + 2;
  const std::vector<T> a = random_values<T>(lda * std::max(c.rows, c.inner), 1, 1);
  const std::vector<T> b = random_values<T>(ldb * std::max(c.inner, c.cols), 1, 2);
  const std::vector<T> old = random_values<T>(ldc * c.rows, 1, 3);
  std::vector<T> result = old;
  nn::gemm(backend, MatrixView<const T>{a.data(), c.rows, c.inner, lda, c.transposed_a},
           MatrixView<const T>{b.data(), c.inner, c.cols, ldb, c.transposed_b},
           MatrixView<T>{result.data(), c.rows, c.cols, ldc}, static_cast<T>(c.alpha),
           static_cast<T>(c.beta));
  double worst = 0.0;
  for (std::size_t i = 0; i < c.rows; ++i) {
    for (std::size_t j = 0; j < ldc; ++j) {
      const double before = old[i * ldc + j];
      const double want = j < c.cols ? expected(c, i, j, a, lda, b, ldb, before) : before;
      worst = std::max(worst, std::abs(static_cast<double>(result[i * ldc + j]) - want));
    }
  }
  return worst;
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const bool transposed_a : {false, true}) {
    for (const bool transposed_b : {false, true}) {
      all.push_back({transposed_a, transposed_b, 1, 1, 1, 1.0, 0.0});
      all.push_back({transposed_a, transposed_b, 33, 17, 81, 1.0, 1.0});
      all.push_back({transposed_a, transposed_b, 64, 3, 128, -0.5, 0.25});
      all.push_back({transposed_a, transposed_b, 3, 130, 100, 2.0, 0.0});
    }
  }
  return all;
}

}  // namespace

TEST_CASE("a matrix product equals the direct sum for every transposition and stride", "[gemm]") {
  for (const GemmBackend backend : backends()) {
    for (const Case& c : cases()) {
      CAPTURE(static_cast<int>(backend), c.rows, c.cols, c.inner, c.alpha, c.beta);
      // A sum of n products of standard normals rounds by at most about n eps |a||b|, here 128 *
      // 6e-8 * 10.
      CHECK(worst_error<float>(backend, c) < 1e-4);
      CHECK(worst_error<double>(backend, c) < 1e-12);
    }
  }
}

TEST_CASE("a view reads rows and transposes without copying", "[gemm]") {
  const std::vector<int> stored = {1, 2, 3, -1,   //
                                   4, 5, 6, -1};  // two rows of three, with a gap of one
  const MatrixView<const int> view{stored.data(), 2, 3, 4};
  const auto at = [](const MatrixView<const int>& m, std::size_t i, std::size_t j) {
    return m.data[m.transposed ? j * m.stride + i : i * m.stride + j];
  };
  CHECK(at(view, 1, 2) == 6);
  const MatrixView<const int> turned = view.transpose();
  CHECK(turned.rows == 3);
  CHECK(turned.cols == 2);
  CHECK(at(turned, 2, 1) == 6);
  CHECK(at(view.rows_from(1, 1), 0, 0) == 4);
  CHECK(at(turned.rows_from(1, 2), 1, 0) == 3);
  CHECK(turned.rows_from(1, 2).rows == 2);
}

TEST_CASE("with beta = 0 the old values of the result are not read", "[gemm]") {
  for (const GemmBackend backend : backends()) {
    const std::vector<float> a(4, 1.0F);
    std::vector<float> c(4, NAN);
    nn::gemm(backend, nn::matrix_view(a.data(), 2, 2), nn::matrix_view(a.data(), 2, 2),
             nn::matrix_view(c.data(), 2, 2));
    for (const float value : c) CHECK(value == 2.0F);
  }
}

TEST_CASE("a back end that was not built is refused", "[gemm]") {
  CHECK(nn::resolve_backend(GemmBackend::kEigen) == GemmBackend::kEigen);
  CHECK(nn::resolve_backend(GemmBackend::kAuto) != GemmBackend::kAuto);
  if (!nn::has_onednn()) {
    CHECK_THROWS_AS(nn::resolve_backend(GemmBackend::kOneDnn), core::UsageError);
  }
}
