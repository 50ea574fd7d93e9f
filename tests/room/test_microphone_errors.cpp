#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "core/errors.h"
#include "room/microphone_errors.h"

namespace room {
namespace {

constexpr double kSampleRate = 16000.0;

core::RandomStream mismatch() { return core::RandomStream(7, core::Purpose::kSensorMismatch); }

/// [samples, 2]: a tone and the same tone at half the level.
std::vector<float> tones(std::size_t samples, double frequency_hz) {
  std::vector<float> signal(2 * samples);
  for (std::size_t n = 0; n < samples; ++n) {
    const double value =
        std::sin(2.0 * std::numbers::pi * frequency_hz * static_cast<double>(n) / kSampleRate);
    signal[2 * n] = static_cast<float>(value);
    signal[2 * n + 1] = static_cast<float>(0.5 * value);
  }
  return signal;
}

}  // namespace

TEST_CASE("perfect microphones change nothing", "[microphones]") {
  std::vector<float> signal = tones(500, 440.0);
  const std::vector<float> before = signal;
  apply_microphone_errors(signal, 2, kSampleRate, {}, mismatch());
  CHECK(signal == before);
}

TEST_CASE("self-noise has the stated level below the mean signal", "[microphones]") {
  std::vector<float> signal = tones(100000, 440.0);
  const std::vector<float> before = signal;
  apply_microphone_errors(signal, 2, kSampleRate, {.snr_db = 20.0}, mismatch());
  double noise[2] = {0.0, 0.0};
  for (std::size_t i = 0; i < signal.size(); ++i)
    noise[i % 2] += std::pow(signal[i] - before[i], 2.0);
  // Mean power of the two tones: (1/2 + 1/8) / 2; the same noise level at both microphones.
  for (const double power : noise) CHECK(power / 100000.0 == Approx(0.3125 / 100.0).epsilon(0.02));
}

TEST_CASE("a constant does not count as signal for the level of the noise", "[microphones]") {
  std::vector<float> signal = tones(100000, 440.0);
  for (float& value : signal) value += 1.0F;
  const std::vector<float> before = signal;
  apply_microphone_errors(signal, 2, kSampleRate, {.snr_db = 20.0}, mismatch());
  double noise = 0.0;
  for (std::size_t i = 0; i < signal.size(); ++i) noise += std::pow(signal[i] - before[i], 2.0);
  CHECK(noise / 200000.0 == Approx(0.3125 / 100.0).epsilon(0.02));
}

TEST_CASE("a skewed clock shifts a tone's frequency by its ppm", "[microphones]") {
  const double frequency_hz = 1000.0;
  std::vector<float> signal = tones(16000, frequency_hz);
  apply_microphone_errors(signal, 2, kSampleRate, {.clock_skew_ppm = 200.0}, mismatch());
  for (std::size_t n = 1000; n < 15000; n += 611) {
    const double time_s = static_cast<double>(n) * (1.0 + 200e-6) / kSampleRate;
    CHECK(signal[2 * n] ==
          Approx(std::sin(2.0 * std::numbers::pi * frequency_hz * time_s)).margin(2e-3));
  }
}

TEST_CASE("gain and delay mismatch are drawn for each microphone", "[microphones]") {
  constexpr std::size_t kMics = 400;
  constexpr std::size_t kSamples = 256;
  std::vector<float> signal(kMics * kSamples);
  for (std::size_t i = 0; i < signal.size(); ++i) {
    signal[i] = static_cast<float>(
        std::sin(2.0 * std::numbers::pi * 1000.0 * static_cast<double>(i / kMics) / kSampleRate));
  }
  apply_microphone_errors(signal, kMics, kSampleRate, {.gain_sd_db = 1.0, .delay_sd_s = 10e-6},
                          mismatch());
  double gain = 0.0;
  double delay = 0.0;
  for (std::size_t microphone = 0; microphone < kMics; ++microphone) {
    double sine = 0.0;
    double cosine = 0.0;
    for (std::size_t n = 64; n < 192; ++n) {  // eight periods, clear of the ends
      const double phase = 2.0 * std::numbers::pi * 1000.0 * static_cast<double>(n) / kSampleRate;
      sine += signal[n * kMics + microphone] * std::sin(phase) / 64.0;
      cosine += signal[n * kMics + microphone] * std::cos(phase) / 64.0;
    }
    gain += std::pow(20.0 * std::log10(std::hypot(sine, cosine)), 2.0);
    delay += std::pow(std::atan2(-cosine, sine) / (2.0 * std::numbers::pi * 1000.0), 2.0);
  }
  // 400 draws: standard deviations are known to 3.5 %.
  CHECK(std::sqrt(gain / kMics) == Approx(1.0).epsilon(0.1));
  CHECK(std::sqrt(delay / kMics) == Approx(10e-6).epsilon(0.1));
}

TEST_CASE("clipping limits the samples, and wrong arguments are refused", "[microphones]") {
  std::vector<float> signal = tones(500, 440.0);
  apply_microphone_errors(signal, 2, kSampleRate, {.clip_level = 0.7}, mismatch());
  for (const float value : signal) CHECK(std::abs(value) <= 0.7F);
  CHECK_THROWS_AS(apply_microphone_errors(signal, 3, kSampleRate, {}, mismatch()),
                  core::UsageError);
  CHECK_THROWS_AS(apply_microphone_errors(signal, 2, kSampleRate, {.gain_sd_db = -1.0}, mismatch()),
                  core::UsageError);
  CHECK_THROWS_AS(apply_microphone_errors(signal, 2, kSampleRate, {.clip_level = 0.0}, mismatch()),
                  core::UsageError);
  CHECK_THROWS_AS(
      apply_microphone_errors(signal, 2, kSampleRate, {.clock_skew_ppm = 2e4}, mismatch()),
      core::UsageError);
  CHECK_THROWS_AS(apply_microphone_errors(signal, 2, kSampleRate, {.snr_db = NAN}, mismatch()),
                  core::UsageError);
  std::vector<float> empty;
  apply_microphone_errors(empty, 2, kSampleRate, {.snr_db = 10.0}, mismatch());
}

}  // namespace room
