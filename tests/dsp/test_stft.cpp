#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "core/errors.h"
#include "core/random.h"
#include "dsp/stft.h"
#include "random_values.h"

namespace dsp {
namespace {}  // namespace

TEST_CASE("the periodic Hann window sums to a constant at half-window hops", "[stft]") {
  const std::vector<float> window = hann_window(400);
  CHECK(window[0] == 0.0F);
  CHECK(window[200] == 1.0F);
  for (std::size_t n = 0; n < 200; ++n) CHECK(window[n] + window[n + 200] == Approx(1.0F));
}

TEST_CASE("only whole frames count, and their times are those of their middles", "[stft]") {
  const Stft stft;
  CHECK(stft.bins() == 201);
  CHECK(stft.frames(399) == 0);
  CHECK(stft.frames(400) == 1);
  CHECK(stft.frames(559) == 1);
  CHECK(stft.frames(560) == 2);
  CHECK(stft.centre_time_s(0, 16000.0) == Approx(0.0125));
  CHECK(stft.centre_time_s(3, 16000.0) == Approx(0.0425));
  CHECK(stft.bin_frequency_hz(25, 16000.0) == Approx(1000.0));
}

TEST_CASE("lengths in milliseconds become samples", "[stft]") {
  const StftOptions options = StftOptions::from_milliseconds(25.0, 10.0, 16000.0);
  CHECK(options.window == 400);
  CHECK(options.hop == 160);
  CHECK(StftOptions::from_milliseconds(25.0, 10.0, 44100.0).window % 2 == 0);
  CHECK_THROWS_AS(StftOptions::from_milliseconds(10.0, 25.0, 16000.0), core::UsageError);
  CHECK_THROWS_AS(StftOptions::from_milliseconds(NAN, 10.0, 16000.0), core::UsageError);
  CHECK_THROWS_AS(Stft({.window = 401, .hop = 160}), core::UsageError);
  CHECK_THROWS_AS(Stft({.window = 400, .hop = 0}), core::UsageError);
}

TEST_CASE("a tone shows in its bin, with its channel's amplitude and phase", "[stft]") {
  Stft stft;
  const std::size_t samples = 1000;
  const std::size_t mics = 3;
  std::vector<float> signal(samples * mics);
  for (std::size_t n = 0; n < samples; ++n) {
    for (std::size_t mic = 0; mic < mics; ++mic) {
      const double phase = 2.0 * std::numbers::pi * 25.0 * static_cast<double>(n) / 400.0;
      signal[n * mics + mic] = static_cast<float>(std::cos(phase + static_cast<double>(mic)) *
                                                  (1.0 + static_cast<double>(mic)));
    }
  }
  const std::vector<std::complex<float>> spectrum = stft.analyse(signal, mics);
  REQUIRE(spectrum.size() == stft.frames(samples) * stft.bins() * mics);
  for (std::size_t mic = 0; mic < mics; ++mic) {
    // Sum of the window is 200; a cosine puts half of it, times its amplitude, into the positive
    // frequency.
    const std::complex<float> bin = spectrum[25 * mics + mic];
    CHECK(std::abs(bin) == Approx(100.0 * (1.0 + static_cast<double>(mic))).epsilon(1e-4));
    CHECK(std::arg(bin) == Approx(static_cast<double>(mic)).margin(1e-4));
    CHECK(std::abs(spectrum[60 * mics + mic]) < 1e-3F);
  }
  CHECK_THROWS_AS(stft.analyse(std::span(signal).first(1000), 3), core::UsageError);
  CHECK_THROWS_AS(stft.analyse(signal, 0), core::UsageError);
}

TEST_CASE("synthesis undoes analysis", "[stft]") {
  Stft stft;
  const std::size_t mics = 2;
  const std::vector<float> signal = random_values(5 * 160 * mics + 400 * mics, 2);
  const std::vector<float> back = stft.synthesise(stft.analyse(signal, mics), mics);
  REQUIRE(back.size() == signal.size());
  // The first window's foot and the last one's have no weight to recover from (squared window below
  // 1e-6).
  for (std::size_t i = 8 * mics; i < signal.size() - 8 * mics; ++i) {
    CHECK(back[i] == Approx(signal[i]).margin(2e-4));
  }
  CHECK(stft.synthesise({}, mics).empty());
}

TEST_CASE("a stream has the frames of the whole signal, bit by bit, however it is cut", "[stft]") {
  Stft stft;
  const std::size_t mics = 3;
  const std::vector<float> signal = random_values(7000 * mics, 2);
  const std::vector<std::complex<float>> whole = stft.analyse(signal, mics);
  for (const std::size_t piece : {1U, 37U, 160U, 401U, 5000U}) {
    StftStream stream({}, mics);
    std::vector<std::complex<float>> all, frame;
    for (std::size_t at = 0; at < signal.size(); at += piece * mics) {
      stream.push(std::span(signal).subspan(at, std::min(piece * mics, signal.size() - at)));
      while (stream.next(frame)) all.insert(all.end(), frame.begin(), frame.end());
    }
    CHECK(all == whole);
    CHECK(stream.frames() == stft.frames(7000));
  }
  StftStream stream({}, mics);
  CHECK_THROWS_AS(stream.push(std::span(signal).first(4)), core::UsageError);
  CHECK_THROWS_AS(StftStream({}, 0), core::UsageError);
}

}  // namespace dsp
