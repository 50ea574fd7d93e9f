#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "core/random.h"
#include "nn/layers.h"
#include "random_values.h"

namespace {}  // namespace

TEST_CASE("layer normalization gives rows of zero mean and unit variance", "[layers]") {
  constexpr std::size_t kRows = 5;
  constexpr std::size_t kUnits = 67;
  std::vector<double> z = random_values<double>(kRows * kUnits, 2, 1);
  for (double& value : z) value = 3.0 * value + 7.0;
  const std::vector<double> bias = random_values<double>(kUnits, 2, 2);
  std::vector<double> h(z.size());
  std::vector<double> inverse_sd(kRows);
  nn::layer_norm_relu_forward(kRows, kUnits, bias.data(), z.data(), h.data(), inverse_sd.data());
  for (std::size_t i = 0; i < kRows; ++i) {
    double mean = 0.0;
    double square = 0.0;
    for (std::size_t j = 0; j < kUnits; ++j) {
      const double value = z[i * kUnits + j];
      mean += value / kUnits;
      square += value * value / kUnits;
      CHECK(h[i * kUnits + j] == std::max(value, 0.0));
    }
    CHECK(mean == Approx(0.0).margin(1e-12));
    // var / (var + eps) = 1 - eps inverse_sd^2
    CHECK(square == Approx(1.0 - nn::kLayerNormEpsilon * inverse_sd[i] * inverse_sd[i]));
  }
}

TEST_CASE("a constant row stays finite under layer normalization", "[layers]") {
  std::vector<float> z(8, 4.0F);
  const std::vector<float> bias(8, 0.0F);
  std::vector<float> h(8);
  float inverse_sd = 0.0F;
  nn::layer_norm_relu_forward(1, 8, bias.data(), z.data(), h.data(), &inverse_sd);
  for (const float value : z) CHECK(value == 0.0F);
  CHECK(std::isfinite(inverse_sd));
}

TEST_CASE("kernels in single precision agree with those in double precision", "[layers]") {
  constexpr std::size_t kRows = 7;
  constexpr std::size_t kUnits = 83;  // no multiple of a vector's length
  std::vector<double> z = random_values<double>(kRows * kUnits, 2, 3);
  std::vector<double> dh = random_values<double>(kRows * kUnits, 2, 4);
  const std::vector<double> bias = random_values<double>(kUnits, 2, 5);
  std::vector<double> h(z.size());
  std::vector<double> sd(kRows);
  std::vector<double> dbias(kUnits);
  std::vector<float> z32(z.begin(), z.end());
  std::vector<float> dh32(dh.begin(), dh.end());
  const std::vector<float> bias32(bias.begin(), bias.end());
  std::vector<float> h32(z.size());
  std::vector<float> sd32(kRows);
  std::vector<float> dbias32(kUnits);
  nn::layer_norm_relu_forward(kRows, kUnits, bias.data(), z.data(), h.data(), sd.data());
  nn::layer_norm_relu_forward(kRows, kUnits, bias32.data(), z32.data(), h32.data(), sd32.data());
  nn::layer_norm_relu_backward(kRows, kUnits, z.data(), sd.data(), dh.data(), dbias.data());
  nn::layer_norm_relu_backward(kRows, kUnits, z32.data(), sd32.data(), dh32.data(), dbias32.data());
  // Values of order one through a handful of float operations and sums of 83 terms: some 1e-6.
  for (std::size_t i = 0; i < z.size(); ++i) {
    CHECK(h32[i] == Approx(h[i]).margin(1e-5));
    CHECK(dh32[i] == Approx(dh[i]).margin(1e-5));
  }
  for (std::size_t j = 0; j < kUnits; ++j) CHECK(dbias32[j] == Approx(dbias[j]).margin(1e-4));
}

TEST_CASE("normalized weight rows have the requested length", "[layers]") {
  const std::vector<double> v = {3.0, 4.0, 0.0, 0.0, 0.0, -2.0};
  std::vector<double> w(6);
  std::vector<double> inverse_length(3);
  nn::normalize_rows<double>(3, 2, 2.0, v.data(), w.data(), inverse_length.data());
  const std::vector<double> expected = {1.2, 1.6, 0.0, 0.0, 0.0, -2.0};
  for (std::size_t i = 0; i < 6; ++i) CHECK(w[i] == Approx(expected[i]));
}
