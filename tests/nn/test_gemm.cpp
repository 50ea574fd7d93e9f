#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "core/errors.h"
#include "core/random.h"
#include "nn/gemm.h"
#include "random_values.h"

namespace {

using nn::GemmBackend;
using nn::Op;

std::vector<GemmBackend> backends() {
  if (nn::has_onednn()) return {GemmBackend::kOneDnn, GemmBackend::kEigen};
  return {GemmBackend::kEigen};
}

struct Case {
  Op op_a, op_b;
  std::size_t rows, cols, inner;
  double alpha, beta;
};

/// The definition, in double: C = alpha op(A) op(B) + beta C.
template <typename T>
double expected(const Case& c, std::size_t i, std::size_t j, const std::vector<T>& a,
                std::size_t lda, const std::vector<T>& b, std::size_t ldb, double old) {
  double sum = 0.0;
  for (std::size_t k = 0; k < c.inner; ++k) {
    const double left = a[c.op_a == Op::kNone ? i * lda + k : k * lda + i];
    const double right = b[c.op_b == Op::kNone ? k * ldb + j : j * ldb + k];
    sum += left * right;
  }
  return c.alpha * sum + c.beta * old;
}

template <typename T>
double worst_error(GemmBackend backend, const Case& c) {
  // Rows are stored longer than needed, so that a wrong stride shows.
  const std::size_t lda = (c.op_a == Op::kNone ? c.inner : c.rows) + 3;
  const std::size_t ldb = (c.op_b == Op::kNone ? c.cols : c.inner) + 1;
  const std::size_t ldc = c.cols + 2;
  const std::vector<T> a = random_values<T>(lda * std::max(c.rows, c.inner), 1, 1);
  const std::vector<T> b = random_values<T>(ldb * std::max(c.inner, c.cols), 1, 2);
  const std::vector<T> old = random_values<T>(ldc * c.rows, 1, 3);
  std::vector<T> result = old;
  nn::gemm(backend, c.op_a, c.op_b, c.rows, c.cols, c.inner, static_cast<T>(c.alpha), a.data(), lda,
           b.data(), ldb, static_cast<T>(c.beta), result.data(), ldc);
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
  for (const Op op_a : {Op::kNone, Op::kTranspose}) {
    for (const Op op_b : {Op::kNone, Op::kTranspose}) {
      all.push_back({op_a, op_b, 1, 1, 1, 1.0, 0.0});
      all.push_back({op_a, op_b, 33, 17, 81, 1.0, 1.0});
      all.push_back({op_a, op_b, 64, 3, 128, -0.5, 0.25});
      all.push_back({op_a, op_b, 3, 130, 100, 2.0, 0.0});
    }
  }
  return all;
}

}  // namespace

TEST_CASE("a product is the sum of products, for every transposition and stride", "[gemm]") {
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

TEST_CASE("beta = 0 does not read what was there", "[gemm]") {
  for (const GemmBackend backend : backends()) {
    const std::vector<float> a(4, 1.0F);
    std::vector<float> c(4, NAN);
    nn::gemm(backend, Op::kNone, Op::kNone, 2, 2, 2, 1.0F, a.data(), 2, a.data(), 2, 0.0F, c.data(),
             2);
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
