#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "core/errors.h"
#include "core/random.h"
#include "dsp/stft.h"
#include "random_values.h"

namespace dsp {

TEST_CASE("the periodic Hann window sums to a constant at half-window hops", "[stft]") {
  const std::vector<float> window = hann_window(400);
  CHECK(window[0] == 0.0F);
  CHECK(window[200] == 1.0F);
  for (std::size_t n = 0; n < 200; ++n) CHECK(window[n] + window[n + 200] == Approx(1.0F));
}

TEST_CASE("only complete frames are transformed, and a frame's time is its middle", "[stft]") {
  const Stft stft;
  CHECK(stft.bins() == 201);
  CHECK(stft.frames(399) == 0);
  CHECK(stft.frames(400) == 1);
  CHECK(stft.frames(559) == 1);
  CHECK(stft.frames(560) == 2);
  CHECK(stft.center_time_s(0, 16000.0) == Approx(0.0125));
  CHECK(stft.center_time_s(3, 16000.0) == Approx(0.0425));
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
  const std::size_t microphones = 3;
  std::vector<float> signal(samples * microphones);
  for (std::size_t n = 0; n < samples; ++n) {
    for (std::size_t microphone = 0; microphone < microphones; ++microphone) {
      const double phase = 2.0 * std::numbers::pi * 25.0 * static_cast<double>(n) / 400.0;
      signal[n * microphones + microphone] =
          static_cast<float>(std::cos(phase + static_cast<double>(microphone)) *
                             (1.0 + static_cast<double>(microphone)));
    }
  }
  const std::vector<std::complex<float>> spectrum = stft.analyze(signal, microphones);
  REQUIRE(spectrum.size() == stft.frames(samples) * stft.bins() * microphones);
  for (std::size_t microphone = 0; microphone < microphones; ++microphone) {
    // Sum of the window is 200; a cosine puts half of it, times its amplitude, into the positive
    // frequency.
    const std::complex<float> bin = spectrum[25 * microphones + microphone];
    CHECK(std::abs(bin) == Approx(100.0 * (1.0 + static_cast<double>(microphone))).epsilon(1e-4));
    CHECK(std::arg(bin) == Approx(static_cast<double>(microphone)).margin(1e-4));
    CHECK(std::abs(spectrum[60 * microphones + microphone]) < 1e-3F);
  }
  CHECK_THROWS_AS(stft.analyze(std::span(signal).first(1000), 3), core::UsageError);
  CHECK_THROWS_AS(stft.analyze(signal, 0), core::UsageError);
}

TEST_CASE("synthesis gives back the signal that was analyzed", "[stft]") {
  Stft stft;
  const std::size_t microphones = 2;
  const std::vector<float> signal = random_values(5 * 160 * microphones + 400 * microphones, 2);
  const std::vector<float> back = stft.synthesize(stft.analyze(signal, microphones), microphones);
  REQUIRE(back.size() == signal.size());
  // The first window's foot and the last one's have no weight to recover from (squared window below
  // 1e-6).
  for (std::size_t i = 8 * microphones; i < signal.size() - 8 * microphones; ++i) {
    CHECK(back[i] == Approx(signal[i]).margin(2e-4));
  }
  CHECK(stft.synthesize({}, microphones).empty());
}

TEST_CASE("a stream gives the frames of the whole signal bit by bit, in blocks of any length",
          "[stft]") {
  Stft stft;
  const std::size_t microphones = 3;
  const std::vector<float> signal = random_values(7000 * microphones, 2);
  const std::vector<std::complex<float>> whole = stft.analyze(signal, microphones);
  for (const std::size_t piece : {1U, 37U, 160U, 401U, 5000U}) {
    StftStream stream({}, microphones);
    std::vector<std::complex<float>> all, frame;
    for (std::size_t at = 0; at < signal.size(); at += piece * microphones) {
      stream.push(std::span(signal).subspan(at, std::min(piece * microphones, signal.size() - at)));
      while (stream.next(frame)) all.insert(all.end(), frame.begin(), frame.end());
    }
    CHECK(all == whole);
    CHECK(stream.frames() == stft.frames(7000));
  }
  StftStream stream({}, microphones);
  CHECK_THROWS_AS(stream.push(std::span(signal).first(4)), core::UsageError);
  CHECK_THROWS_AS(StftStream({}, 0), core::UsageError);
}

}  // namespace dsp
