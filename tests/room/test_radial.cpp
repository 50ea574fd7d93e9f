#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <numbers>

#include "room/radial.h"
#include "room/spreading_kernel.h"

namespace room {

TEST_CASE(
    "spherical Bessel functions agree with the standard library, from 0 to far beyond the order",
    "[radial]") {
  for (const double x : {0.0, 1e-6, 1e-3, 0.1, 1.0, 3.14159265358979, 4.4934, 9.7, 30.0, 200.0}) {
    const std::vector<double> j = spherical_bessel(25, x);
    for (unsigned n = 0; n <= 25; ++n) {
      const double expected = std::sph_bessel(n, x);
      CHECK(j[n] == Approx(expected).epsilon(1e-9).margin(1e-14));
    }
  }
}

TEST_CASE("the truncation error is that of the plane wave's expansion", "[radial]") {
  for (const double x : {0.5, 3.0, 6.0, 12.0}) {
    for (const std::size_t order : {1U, 4U, 10U, 15U}) {
      // Mean over directions of |exp(i x cos) - sum_{n <= order}|^2 by the midpoint rule in cos.
      const std::vector<double> j = spherical_bessel(order, x);
      double sum = 0.0;
      constexpr int kSteps = 4000;
      for (int i = 0; i < kSteps; ++i) {
        const double c = -1.0 + (i + 0.5) * 2.0 / kSteps;
        std::complex<double> rest = std::polar(1.0, x * c);
        std::complex<double> power = 1.0;
        for (unsigned n = 0; n <= order; ++n, power *= std::complex<double>(0.0, 1.0)) {
          rest -= (2.0 * n + 1.0) * power * j[n] * std::legendre(n, c);
        }
        sum += std::norm(rest) / kSteps;
      }
      CHECK(truncation_error(order, x) == Approx(std::sqrt(sum)).epsilon(1e-3).margin(1e-7));
    }
  }
}

TEST_CASE("near-field terms turn plane waves into spherical ones, with the stated error",
          "[radial]") {
  const double k = 100.0;
  const double r = 0.05;
  constexpr unsigned kOrder = 16;
  const std::vector<double> j = spherical_bessel(kOrder, k * r);
  for (const double d : {0.5, 1.0, 3.0}) {
    for (const std::size_t terms : {1U, 2U, 3U}) {
      double worst = 0.0;
      for (double c = -1.0; c <= 1.0; c += 0.1) {
        const double path = std::sqrt(d * d + r * r - 2.0 * d * r * c);
        // Relative to the pressure at the center.
        const std::complex<double> exact = d / path * std::polar(1.0, -k * (path - d));
        std::complex<double> sum = 0.0;
        std::complex<double> power = 1.0;
        for (unsigned n = 0; n <= kOrder; ++n, power *= std::complex<double>(0.0, 1.0)) {
          std::complex<double> factor = 0.0;
          for (std::size_t s = 0; s < terms; ++s) {
            factor += near_field_factor(n, s) *
                      std::pow(std::complex<double>(0.0, 2.0 * k * d), -static_cast<int>(s));
          }
          sum += (2.0 * n + 1.0) * power * j[n] * factor * std::legendre(n, c);
        }
        worst = std::max(worst, std::abs(sum - exact));
      }
      // Where the terms' error falls under it, the order's own truncation (1e-5 here) is left.
      CHECK(worst < 1.5 * near_field_error(terms, k, r, d) + 1e-5);
    }
  }
}

TEST_CASE("an impulse spread on the grid has its spectrum after correction", "[kernel]") {
  const SpreadingKernel kernel;
  for (const double time : {100.0, 100.25, 100.5, 100.9999}) {
    const double whole = std::floor(time);
    const auto weight = kernel.weights(static_cast<float>(time - whole));
    // Cycles a row: 0.25 is half of the original sample rate on a grid of twice that rate.
    for (double f = 0.0; f <= 0.25; f += 0.01) {
      std::complex<double> found = 0.0;
      for (int r = 0; r < 4; ++r) {
        found += static_cast<double>(weight[r]) *
                 std::polar(1.0, -2.0 * std::numbers::pi * f * (whole - 1.0 + r));
      }
      const std::complex<double> exact = std::polar(1.0, -2.0 * std::numbers::pi * f * time);
      CHECK(std::abs(found / kernel.transform(f) - exact) < (f < 0.125 ? 6e-4 : 3e-3));
    }
  }
}

}  // namespace room
