#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "core/errors.h"
#include "dsp/fractional_delay.h"

namespace dsp {
namespace {

/// A tone under a smooth envelope, known between its samples.
double tone(double n, double cycles) {
  const double envelope = std::exp(-std::pow((n - 500.0) / 120.0, 2.0));
  return envelope * std::cos(2.0 * std::numbers::pi * cycles * n + 0.3);
}

std::vector<float> sampled_tone(double cycles) {
  std::vector<float> signal(1000);
  for (std::size_t n = 0; n < signal.size(); ++n)
    signal[n] = static_cast<float>(tone(static_cast<double>(n), cycles));
  return signal;
}

}  // namespace

TEST_CASE("a delay is a shift of the continuous signal, up to 7.5 kHz at 16 kHz", "[delay]") {
  const FractionalDelay delay;
  for (const double cycles : {0.0, 0.01, 0.25, 0.4, 0.46875}) {
    const std::vector<float> signal = sampled_tone(cycles);
    double worst = 0.0;
    for (double position = 300.0; position < 700.0; position += 0.377) {
      worst = std::max(worst, std::abs(delay.read(signal, position) - tone(position, cycles)));
    }
    CHECK(worst < 2e-3);  // -54 dB of the peak; the window's ripple is -60 dB, the phases add less
                          // than -80 dB
  }
}

TEST_CASE("reading at whole positions gives the samples, and reading outside the signal gives zero",
          "[delay]") {
  const FractionalDelay delay(32, 16);
  const std::vector<float> signal = sampled_tone(0.1);
  CHECK(delay.read(signal, 480.0) == Approx(signal[480]).margin(1e-6));
  CHECK(delay.read(signal, 999.0) == Approx(signal[999]).margin(1e-6));
  CHECK(delay.read(signal, -40.0) == 0.0F);
  CHECK(delay.read(signal, 1040.0) == 0.0F);
  CHECK(delay.read(signal, -1e300) == 0.0F);
  CHECK(delay.read(signal, 1e300) == 0.0F);
  CHECK(delay.read(signal, NAN) == 0.0F);
  CHECK(delay.read({}, 0.5) == 0.0F);
}

TEST_CASE("reading at the edges equals reading a signal padded with zeros", "[delay]") {
  const FractionalDelay delay;
  const std::vector<float> signal = sampled_tone(0.2);
  const std::span<const float> middle = std::span(signal).subspan(480, 40);
  std::vector<float> padded(200, 0.0F);
  std::copy(middle.begin(), middle.end(), padded.begin() + 80);
  for (double position = -35.0; position < 75.0; position += 0.61) {
    CHECK(delay.read(middle, position) == Approx(delay.read(padded, position + 80.0)).margin(1e-6));
  }
}

TEST_CASE("accumulation adds gain times value", "[delay]") {
  const FractionalDelay delay;
  const std::vector<float> signal = sampled_tone(0.2);
  const std::vector<double> position{480.25, 500.5};
  const std::vector<float> gain{2.0F, -1.0F};
  std::vector<float> output{1.0F, 1.0F};
  delay.accumulate(signal, position, gain, output);
  CHECK(output[0] == Approx(1.0F + 2.0F * delay.read(signal, 480.25)));
  CHECK(output[1] == Approx(1.0F - delay.read(signal, 500.5)));
  CHECK_THROWS_AS(FractionalDelay(33, 8), core::UsageError);
  CHECK_THROWS_AS(FractionalDelay(32, 0), core::UsageError);
}

}  // namespace dsp
