#include "dsp/stft.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/errors.h"

namespace dsp {
namespace {

StftOptions checked(const StftOptions& options) {
  if (options.window < 2 || options.window % 2 != 0 || options.hop < 1 ||
      options.hop > options.window) {
    throw core::UsageError(fmt::format(
        "STFT: expected an even window >= 2 and 1 <= hop <= window, found window {} and "
        "hop {} samples",
        options.window, options.hop));
  }
  return options;
}

void check_channels(std::size_t length, std::size_t channels) {
  if (channels == 0 || length % channels != 0) {
    throw core::UsageError(
        fmt::format("STFT: {} values are not a multiple of {} channels", length, channels));
  }
}

}  // namespace

std::vector<float> hann_window(std::size_t size) {
  std::vector<float> window(size);
  for (std::size_t n = 0; n < size; ++n) {
    const double phase =
        2.0 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(size);
    window[n] = static_cast<float>(0.5 - 0.5 * std::cos(phase));
  }
  return window;
}

StftOptions StftOptions::from_milliseconds(double window_ms, double hop_ms, double sample_rate_hz) {
  const double window = window_ms * 1e-3 * sample_rate_hz;
  const double hop = hop_ms * 1e-3 * sample_rate_hz;
  if (!(window >= 2.0 && window <= 1e7 && hop >= 0.5 && hop <= window)) {
    throw core::UsageError(
        fmt::format("STFT: expected 0 < hop <= window, found window {} ms and hop {} ms at {} Hz",
                    window_ms, hop_ms, sample_rate_hz));
  }
  StftOptions options;
  options.window = 2 * static_cast<std::size_t>(std::lround(window / 2.0));
  options.hop = static_cast<std::size_t>(std::lround(hop));
  return checked(options);
}

Stft::Stft(const StftOptions& options)
    : options_(checked(options)),
      fft_(options.window),
      window_(hann_window(options.window)),
      frame_(options.window),
      spectrum_(fft_.bins()) {}

std::size_t Stft::frames(std::size_t samples) const {
  return samples < options_.window ? 0 : (samples - options_.window) / options_.hop + 1;
}

double Stft::center_time_s(std::size_t frame, double sample_rate_hz) const {
  return static_cast<double>(frame * options_.hop + options_.window / 2) / sample_rate_hz;
}

double Stft::bin_frequency_hz(std::size_t bin, double sample_rate_hz) const {
  return static_cast<double>(bin) * sample_rate_hz / static_cast<double>(options_.window);
}

std::vector<std::complex<float>> Stft::analyze(std::span<const float> interleaved,
                                               std::size_t microphones) {
  check_channels(interleaved.size(), microphones);
  const std::size_t count = frames(interleaved.size() / microphones);
  std::vector<std::complex<float>> result(count * bins() * microphones);
  for (std::size_t n = 0; n < count; ++n) {
    for (std::size_t microphone = 0; microphone < microphones; ++microphone) {
      const float* source = interleaved.data() + n * options_.hop * microphones + microphone;
      for (std::size_t i = 0; i < options_.window; ++i)
        frame_[i] = window_[i] * source[i * microphones];
      fft_.forward(frame_, spectrum_);
      std::complex<float>* target = result.data() + n * bins() * microphones + microphone;
      for (std::size_t k = 0; k < bins(); ++k) target[k * microphones] = spectrum_[k];
    }
  }
  return result;
}

std::vector<float> Stft::synthesize(std::span<const std::complex<float>> spectrum,
                                    std::size_t microphones) {
  check_channels(spectrum.size(), microphones * bins());
  const std::size_t count = spectrum.size() / (microphones * bins());
  if (count == 0) return {};
  const std::size_t samples = (count - 1) * options_.hop + options_.window;
  std::vector<float> result(samples * microphones, 0.0F);
  std::vector<float> weight(samples, 0.0F);
  for (std::size_t n = 0; n < count; ++n) {
    const std::size_t first = n * options_.hop;
    for (std::size_t microphone = 0; microphone < microphones; ++microphone) {
      const std::complex<float>* source = spectrum.data() + n * bins() * microphones + microphone;
      for (std::size_t k = 0; k < bins(); ++k) spectrum_[k] = source[k * microphones];
      fft_.inverse(spectrum_, frame_);
      for (std::size_t i = 0; i < options_.window; ++i) {
        result[(first + i) * microphones + microphone] += window_[i] * frame_[i];
      }
    }
    for (std::size_t i = 0; i < options_.window; ++i) weight[first + i] += window_[i] * window_[i];
  }
  for (std::size_t i = 0; i < samples; ++i) {
    const float scale = weight[i] > 1e-6F ? 1.0F / weight[i] : 0.0F;
    for (std::size_t microphone = 0; microphone < microphones; ++microphone)
      result[i * microphones + microphone] *= scale;
  }
  return result;
}

StftStream::StftStream(const StftOptions& options, std::size_t microphones)
    : stft_(options), microphones_(microphones) {
  check_channels(0, microphones);
}

void StftStream::push(std::span<const float> interleaved) {
  check_channels(interleaved.size(), microphones_);
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(skip_));
  skip_ = 0;
  pending_.insert(pending_.end(), interleaved.begin(), interleaved.end());
}

bool StftStream::next(std::vector<std::complex<float>>& spectrum) {
  const std::size_t window = stft_.options().window * microphones_;
  if (pending_.size() - skip_ < window) return false;
  spectrum = stft_.analyze(std::span(pending_).subspan(skip_, window), microphones_);
  skip_ += stft_.options().hop * microphones_;
  ++frames_;
  return true;
}

}  // namespace dsp
