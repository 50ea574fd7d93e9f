#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "nn/adam.h"

TEST_CASE("the first step of Adam has the length of the rate, against the sign of the gradient",
          "[adam]") {
  // m / (1 - b1) = g and v / (1 - b2) = g^2, so the step is rate g / (|g| + eps).
  const std::vector<double> gradient = {1e-3, -5.0, 0.0};
  std::vector<double> p = {1.0, 1.0, 1.0};
  std::vector<double> m(3);
  std::vector<double> v(3);
  nn::adam_step<double>({}, 1, 0.1, gradient, p, m, v);
  CHECK(p[0] == Approx(1.0 - 0.1 * 1e-3 / (1e-3 + 1e-8)));
  CHECK(p[1] == Approx(1.1));
  CHECK(p[2] == 1.0);
}

TEST_CASE("ten steps of Adam equal the equations", "[adam]") {
  const nn::AdamOptions options{0.8, 0.95, 1e-6};
  std::vector<double> p = {0.3};
  std::vector<double> m(1);
  std::vector<double> v(1);
  double expected = 0.3;
  double first = 0.0;
  double second = 0.0;
  for (int t = 1; t <= 10; ++t) {
    const std::vector<double> gradient = {std::sin(1.7 * t)};
    first = 0.8 * first + 0.2 * gradient[0];
    second = 0.95 * second + 0.05 * gradient[0] * gradient[0];
    expected -= 0.01 * (first / (1.0 - std::pow(0.8, t))) /
                (std::sqrt(second / (1.0 - std::pow(0.95, t))) + 1e-6);
    nn::adam_step<double>(options, static_cast<std::uint64_t>(t), 0.01, gradient, p, m, v);
    CHECK(p[0] == Approx(expected).epsilon(1e-12));
  }
}

TEST_CASE("Adam gives the same bytes for a block in pieces", "[adam]") {
  constexpr std::size_t kCount = 1000;
  std::vector<float> gradient(kCount);
  for (std::size_t i = 0; i < kCount; ++i) gradient[i] = std::sin(static_cast<float>(i));
  std::vector<float> whole(kCount, 1.0F), m1(kCount), v1(kCount);
  std::vector<float> pieces(kCount, 1.0F), m2(kCount), v2(kCount);
  nn::adam_step<float>({}, 3, 1e-3, gradient, whole, m1, v1);
  for (std::size_t first = 0; first < kCount; first += 37) {
    const std::size_t count = std::min<std::size_t>(37, kCount - first);
    const auto piece = [&](std::vector<float>& all) {
      return std::span(all).subspan(first, count);
    };
    nn::adam_step<float>({}, 3, 1e-3, piece(gradient), piece(pieces), piece(m2), piece(v2));
  }
  CHECK(whole == pieces);
}
