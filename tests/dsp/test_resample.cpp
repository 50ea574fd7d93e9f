#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <utility>

#include "core/errors.h"
#include "dsp/resample.h"

namespace dsp {

TEST_CASE("resampling keeps a tone's frequency, time and amplitude", "[resample]") {
  for (const auto& [from, to] :
       {std::pair{44100.0, 16000.0}, {8000.0, 16000.0}, {48000.0, 44100.0}, {16000.0, 13760.0}}) {
    const std::size_t samples = static_cast<std::size_t>(from * 0.2);
    std::vector<float> stereo(2 * samples);
    const auto value = [](double time_s, int channel) {
      const double envelope = std::exp(-std::pow((time_s - 0.1) / 0.02, 2.0));
      return envelope * std::sin(2.0 * std::numbers::pi * (500.0 + 700.0 * channel) * time_s);
    };
    for (std::size_t n = 0; n < samples; ++n) {
      for (int channel = 0; channel < 2; ++channel) {
        stereo[2 * n + channel] = static_cast<float>(value(static_cast<double>(n) / from, channel));
      }
    }
    const std::vector<float> found = resample(stereo, 2, from, to);
    REQUIRE(found.size() ==
            2 * static_cast<std::size_t>(std::llround(static_cast<double>(samples) * to / from)));
    double worst = 0.0;
    for (std::size_t n = 0; n < found.size() / 2; ++n) {
      for (int channel = 0; channel < 2; ++channel) {
        worst = std::max(
            worst, std::abs(found[2 * n + channel] - value(static_cast<double>(n) / to, channel)));
      }
    }
    CHECK(worst < 1e-5);  // -100 dB: soxr's very high quality is better than float32 shows
  }
}

TEST_CASE("resampling to the same rate copies the signal, and wrong arguments are refused",
          "[resample]") {
  const std::vector<float> signal{1.0F, -2.0F, 3.0F, 4.0F};
  CHECK(resample(signal, 2, 16000.0, 16000.0) == signal);
  CHECK(resample({}, 1, 8000.0, 16000.0).empty());
  CHECK_THROWS_AS(resample(signal, 3, 8000.0, 16000.0), core::UsageError);
  CHECK_THROWS_AS(resample(signal, 0, 8000.0, 16000.0), core::UsageError);
  CHECK_THROWS_AS(resample(signal, 1, 0.0, 16000.0), core::UsageError);
  CHECK_THROWS_AS(resample(signal, 1, 8000.0, NAN), core::UsageError);
}

TEST_CASE("resampling block by block gives the same samples as all at once", "[resample]") {
  for (const double from : {16000.0, 44100.0, 48000.0, 8000.0, 22050.0}) {
    std::vector<float> stereo(2 * 30011);
    for (std::size_t i = 0; i < stereo.size(); ++i) {
      stereo[i] =
          static_cast<float>(std::sin(0.05 * static_cast<double>(i) + static_cast<double>(i % 2)));
    }
    const std::vector<float> whole = resample(stereo, 2, from, 16000.0);
    for (const std::size_t piece : {2U, 74U, 20000U}) {
      StreamResampler resampler(2, from, 16000.0);
      std::vector<float> joined;
      for (std::size_t at = 0; at < stereo.size(); at += piece) {
        const std::size_t count = std::min<std::size_t>(piece, stereo.size() - at);
        resampler.push(std::span(stereo.data() + at, count), joined);
      }
      resampler.finish(joined);
      REQUIRE(joined.size() == whole.size());
      float worst = 0.0F;
      for (std::size_t i = 0; i < whole.size(); ++i) {
        worst = std::max(worst, std::abs(joined[i] - whole[i]));
      }
      CHECK(worst < 1e-6F);
    }
  }
  CHECK_THROWS_AS(StreamResampler(0, 8000.0, 16000.0), core::UsageError);
  CHECK_THROWS_AS(StreamResampler(2, -1.0, 16000.0), core::UsageError);
}

TEST_CASE("the latency of resampling block by block is below the limit for streams", "[resample]") {
  const std::vector<float> piece(2 * 100, 0.5F);
  for (const double from : {16000.0, 32000.0, 44100.0, 48000.0, 96000.0, 192000.0, 8000.0}) {
    StreamResampler resampler(2, from, 16000.0);
    double longest_s = 0.0;
    std::vector<float> out;
    for (std::size_t at = 0; at < 60000; at += 100) {
      resampler.push(piece, out);
      longest_s = std::max(longest_s, resampler.latency_s());
    }
    INFO(from << " Hz");
    CHECK(longest_s < (from > 8000.0 ? 0.04 : 0.05));  // docs/use/streaming.md
    if (from == 16000.0) CHECK(longest_s == 0.0);
  }
}

}  // namespace dsp
