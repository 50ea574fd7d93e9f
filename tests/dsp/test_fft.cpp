#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "core/errors.h"
#include "core/random.h"
#include "dsp/fft.h"
#include "dsp/lane_fft.h"
#include "random_values.h"

namespace dsp {
namespace {

std::complex<double> direct_sum(std::span<const float> x, std::size_t k) {
  std::complex<double> sum = 0.0;
  for (std::size_t n = 0; n < x.size(); ++n) {
    const double turns = static_cast<double>(k * n % x.size()) / static_cast<double>(x.size());
    sum += std::polar(static_cast<double>(x[n]), -2.0 * std::numbers::pi * turns);
  }
  return sum;
}

// Rounding of an n-point float transform grows like sqrt(log n) epsilon |x|; 1e-6 leaves a factor
// of ten.
constexpr double kRounding = 1e-6;

}  // namespace

TEST_CASE("fast sizes are even, large enough and have no prime factor above 5", "[fft]") {
  CHECK(fast_size(0) == 2);
  CHECK(fast_size(7) == 8);
  CHECK(fast_size(11) == 12);
  CHECK(fast_size(400) == 400);
  CHECK(fast_size(4097) == 4320);
  CHECK(fast_size(59999) == 60000);
}

TEST_CASE("odd and empty transform sizes are refused", "[fft]") {
  CHECK_THROWS_AS(Fft(0), core::UsageError);
  CHECK_THROWS_AS(Fft(15), core::UsageError);
}

TEST_CASE("the transform equals the direct sum, and the inverse transform gives the signal back",
          "[fft]") {
  for (const std::size_t size : {2, 6, 14, 400, 486}) {
    Fft fft(size);
    const std::vector<float> x = random_values(size, 1);
    std::vector<std::complex<float>> spectrum(fft.bins());
    fft.forward(x, spectrum);
    for (std::size_t k = 0; k < fft.bins(); ++k) {
      const std::complex<double> found(spectrum[k]);
      CHECK(std::abs(found - direct_sum(x, k)) < kRounding * 10.0 * std::sqrt(size));
    }
    std::vector<float> back(size);
    fft.inverse(spectrum, back);
    for (std::size_t n = 0; n < size; ++n) CHECK(back[n] == Approx(x[n]).margin(kRounding * 10.0));
  }
}

TEST_CASE("energy in time equals energy in frequency", "[fft]") {
  const std::size_t size = 1200;
  Fft fft(size);
  const std::vector<float> x = random_values(size, 1);
  std::vector<std::complex<float>> spectrum(fft.bins());
  fft.forward(x, spectrum);
  double time = 0.0;
  for (const float value : x) time += static_cast<double>(value) * value;
  double frequency = 0.0;
  for (std::size_t k = 0; k < fft.bins(); ++k) {
    frequency +=
        (k == 0 || k == size / 2 ? 1.0 : 2.0) * std::norm(std::complex<double>(spectrum[k]));
  }
  CHECK(frequency / static_cast<double>(size) == Approx(time).epsilon(kRounding));
}

TEST_CASE("a convolution equals the direct sum for every ratio of lengths", "[fft]") {
  for (const auto& [n, m] :
       {std::pair{1, 1}, {1, 9}, {3000, 40}, {50, 700}, {6000, 1}, {5000, 1024}}) {
    const std::vector<float> signal = random_values(n, 1, 1);
    const std::vector<float> filter = random_values(m, 1, 2);
    const std::vector<float> found = convolve(signal, filter);
    REQUIRE(found.size() == static_cast<std::size_t>(n + m - 1));
    for (int i = 0; i < n + m - 1; i += 7) {
      double sum = 0.0;
      for (int k = std::max(0, i - n + 1); k <= std::min(i, m - 1); ++k) {
        sum += static_cast<double>(filter[k]) * signal[i - k];
      }
      CHECK(found[i] == Approx(sum).margin(kRounding * 10.0 * std::sqrt(m)));
    }
  }
  CHECK(convolve({}, random_values(3, 1)).empty());
}

TEST_CASE("eight complex transforms at once equal single ones", "[fft]") {
  for (const std::size_t size : {4, 64, 1024}) {
    const LaneFft fft(size);
    std::vector<Cell> data(size);
    std::vector<float> lane_re(size), lane_im(size);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const std::vector<float> re = random_values(size, 1, 2 * static_cast<std::uint32_t>(lane));
      const std::vector<float> im =
          random_values(size, 1, 2 * static_cast<std::uint32_t>(lane) + 1);
      for (std::size_t n = 0; n < size; ++n) {
        data[n].re[lane] = re[n];
        data[n].im[lane] = im[n];
      }
      if (lane == 5) {
        lane_re = re;
        lane_im = im;
      }
    }
    fft.forward(data.data());
    const double margin = kRounding * 10.0 * std::sqrt(size);
    for (std::size_t i = 0; i < size; i += 3) {
      const std::size_t k = fft.bin()[i];
      const std::complex<double> i_unit(0.0, 1.0);
      const std::complex<double> expected =
          direct_sum(lane_re, k) + i_unit * direct_sum(lane_im, k);
      CHECK(data[i].re[5] == Approx(expected.real()).margin(margin));
      CHECK(data[i].im[5] == Approx(expected.imag()).margin(margin));
    }
    fft.inverse(data.data());
    for (std::size_t n = 0; n < size; ++n) {
      CHECK(data[n].re[5] / static_cast<float>(size) ==
            Approx(lane_re[n]).margin(kRounding * 10.0));
      CHECK(data[n].im[5] / static_cast<float>(size) ==
            Approx(lane_im[n]).margin(kRounding * 10.0));
    }
  }
  CHECK_THROWS_AS(LaneFft(2048), core::UsageError);
  CHECK_THROWS_AS(LaneFft(0), core::UsageError);
}

}  // namespace dsp
