#include "room/microphone_errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/errors.h"
#include "core/units.h"
#include "dsp/fractional_delay.h"

namespace room {
namespace {

constexpr double kMaxSkewPpm = 1e4;
constexpr double kLowestHeardHz = 20.0;

void check(std::size_t length, std::size_t microphones, double sample_rate_hz,
           const MicrophoneErrors& e) {
  if (microphones == 0 || length % microphones != 0) {
    throw core::UsageError(fmt::format(
        "microphones: {} values are not a multiple of {} microphones", length, microphones));
  }
  const bool sizes = e.gain_sd_db >= 0.0 && std::isfinite(e.gain_sd_db) && e.delay_sd_s >= 0.0 &&
                     std::isfinite(e.delay_sd_s) && e.clip_level > 0.0 && !std::isnan(e.snr_db);
  if (!sizes || !(sample_rate_hz > 0.0)) {
    throw core::UsageError(
        fmt::format("microphones: expected standard deviations of 0 or more and a clip level above "
                    "0, found {} dB, {} s, {}",
                    e.gain_sd_db, e.delay_sd_s, e.clip_level));
  }
  if (!(std::abs(e.clock_skew_ppm) <= kMaxSkewPpm)) {
    throw core::UsageError(
        fmt::format("clock skew: expected within {} ppm, found {}", kMaxSkewPpm, e.clock_skew_ppm));
  }
}

/// Reads one microphone's samples at times that are scaled by the clock skew and shifted by the
/// microphone's delay.
void resample_channel(std::span<float> interleaved, std::size_t microphones, std::size_t microphone,
                      double time_scale, double delay_samples,
                      const dsp::FractionalDelay& interpolator) {
  const std::size_t samples = interleaved.size() / microphones;
  std::vector<float> channel(samples);
  for (std::size_t n = 0; n < samples; ++n) channel[n] = interleaved[n * microphones + microphone];
  for (std::size_t n = 0; n < samples; ++n) {
    interleaved[n * microphones + microphone] =
        interpolator.read(channel, static_cast<double>(n) * time_scale - delay_samples);
  }
}

}  // namespace

double audible_power(std::span<const float> interleaved, std::size_t microphones,
                     double sample_rate_hz) {
  const double keep = std::exp(-2.0 * std::numbers::pi * kLowestHeardHz / sample_rate_hz);
  double sum = 0.0;
  for (std::size_t microphone = 0; microphone < microphones; ++microphone) {
    double before = 0.0;
    double passed = 0.0;
    for (std::size_t i = microphone; i < interleaved.size(); i += microphones) {
      const double value = interleaved[i];
      passed = keep * (passed + value - before);
      before = value;
      sum += passed * passed;
    }
  }
  return interleaved.empty() ? 0.0 : sum / static_cast<double>(interleaved.size());
}

void apply_microphone_errors(std::span<float> interleaved, std::size_t microphones,
                             double sample_rate_hz, const MicrophoneErrors& errors,
                             core::RandomStream random) {
  check(interleaved.size(), microphones, sample_rate_hz, errors);
  const double power = audible_power(interleaved, microphones, sample_rate_hz);
  const double noise_sd = std::isinf(errors.snr_db) && errors.snr_db > 0.0
                              ? 0.0
                              : std::sqrt(power) * core::decibels_to_amplitude(-errors.snr_db);
  const bool moved = errors.delay_sd_s > 0.0 || errors.clock_skew_ppm != 0.0;
  const dsp::FractionalDelay interpolator(64, 64);
  for (std::size_t microphone = 0; microphone < microphones; ++microphone) {
    const double gain = core::decibels_to_amplitude(errors.gain_sd_db * random.normal());
    const double delay_s = errors.delay_sd_s * std::clamp(random.normal(), -3.0, 3.0);
    if (moved) {
      resample_channel(interleaved, microphones, microphone, 1.0 + 1e-6 * errors.clock_skew_ppm,
                       delay_s * sample_rate_hz, interpolator);
    }
    for (std::size_t i = microphone; i < interleaved.size(); i += microphones) {
      interleaved[i] *= static_cast<float>(gain);
    }
  }
  const float limit = static_cast<float>(errors.clip_level);
  for (float& value : interleaved) {
    if (noise_sd > 0.0) value += static_cast<float>(noise_sd * random.normal());
    value = std::clamp(value, -limit, limit);
  }
}

}  // namespace room
