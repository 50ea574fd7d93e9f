#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "core/errors.h"
#include "core/random.h"
#include "nn/bf16.h"
#include "random_values.h"

namespace {

std::vector<nn::Bf16> rounded(const std::vector<float>& values) {
  std::vector<nn::Bf16> out(values.size());
  nn::to_bf16(values.size(), values.data(), out.data());
  return out;
}

}  // namespace

TEST_CASE("rounding to bfloat16 is to the nearest, ties to even, and keeps infinities and NaN",
          "[bf16]") {
  const float inf = std::numeric_limits<float>::infinity();
  const std::vector<float> values = {1.0F, 1.00390625F, 1.01171875F, -1.0F, inf, NAN, 3.4e38F};
  const std::vector<nn::Bf16> out = rounded(values);
  CHECK(nn::from_bf16(out[0]) == 1.0F);
  CHECK(nn::from_bf16(out[1]) == 1.0F);       // half way: to the even neighbor below
  CHECK(nn::from_bf16(out[2]) == 1.015625F);  // half way: to the even neighbor above
  CHECK(nn::from_bf16(out[3]) == -1.0F);
  CHECK(nn::from_bf16(out[4]) == inf);
  CHECK(std::isnan(nn::from_bf16(out[5])));
  CHECK(nn::from_bf16(out[6]) == inf);
  for (const float value : random_values(1000, 8, 1)) {
    CHECK(std::abs(nn::from_bf16(rounded({value})[0]) - value) <= std::abs(value) / 256.0F);
  }
}

TEST_CASE("bfloat16 products equal the products of the rounded values", "[bf16]") {
  constexpr std::size_t kRows = 37;
  constexpr std::size_t kCols = 21;
  constexpr std::size_t kInner = 50;
  const std::vector<nn::Bf16> a = rounded(random_values(kRows * kInner, 8, 2));
  const std::vector<nn::Bf16> b = rounded(random_values(kInner * kCols, 8, 3));
  std::vector<float> c(kRows * kCols, 0.5F);
  if (!nn::has_bf16()) {
    CHECK_THROWS_AS(nn::gemm_bf16(nn::matrix_view(a.data(), kRows, kInner),
                                  nn::matrix_view(b.data(), kInner, kCols), false,
                                  nn::matrix_view(c.data(), kRows, kCols)),
                    core::UsageError);
    return;
  }
  for (const bool turn_a : {false, true}) {
    for (const bool turn_b : {false, true}) {
      for (const bool accumulate : {false, true}) {
        std::fill(c.begin(), c.end(), 0.5F);
        nn::gemm_bf16({a.data(), kRows, kInner, turn_a ? kRows : kInner, turn_a},
                      {b.data(), kInner, kCols, turn_b ? kInner : kCols, turn_b}, accumulate,
                      nn::matrix_view(c.data(), kRows, kCols));
        double worst = 0.0;
        for (std::size_t i = 0; i < kRows; ++i) {
          for (std::size_t j = 0; j < kCols; ++j) {
            double sum = accumulate ? 0.5 : 0.0;
            for (std::size_t k = 0; k < kInner; ++k) {
              sum += static_cast<double>(
                         nn::from_bf16(turn_a ? a[k * kRows + i] : a[i * kInner + k])) *
                     nn::from_bf16(turn_b ? b[j * kInner + k] : b[k * kCols + j]);
            }
            worst = std::max(worst, std::abs(sum - c[i * kCols + j]));
          }
        }
        CHECK(worst < 1e-4);  // sums of 50 products of order one in float
      }
    }
  }
}
