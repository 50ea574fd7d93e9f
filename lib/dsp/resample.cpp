#include "dsp/resample.h"

#include <fmt/format.h>
#include <soxr.h>

#include <cmath>

#include "core/errors.h"

namespace dsp {
namespace {

constexpr double kMaxRateHz = 1e7;

void check(std::size_t length, std::size_t channels, double from_hz, double to_hz) {
  if (channels == 0 || length % channels != 0) {
    throw core::UsageError(
        fmt::format("resampling: {} values are not a multiple of {} channels", length, channels));
  }
  for (const double rate : {from_hz, to_hz}) {
    if (!(rate > 0.0 && rate <= kMaxRateHz)) {
      throw core::UsageError(fmt::format(
          "resampling: expected rates above 0 and at most {} Hz, found {}", kMaxRateHz, rate));
    }
  }
}

}  // namespace

std::vector<float> resample(std::span<const float> interleaved, std::size_t channels,
                            double from_hz, double to_hz) {
  check(interleaved.size(), channels, from_hz, to_hz);
  if (from_hz == to_hz || interleaved.empty()) return {interleaved.begin(), interleaved.end()};
  const std::size_t samples = interleaved.size() / channels;
  const std::size_t wanted =
      static_cast<std::size_t>(std::llround(static_cast<double>(samples) * to_hz / from_hz));
  // soxr uses one thread, because the caller resamples files in parallel.
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, 0);
  const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
  const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  std::vector<float> result(wanted * channels, 0.0F);
  std::size_t made = 0;
  const soxr_error_t error =
      soxr_oneshot(from_hz, to_hz, static_cast<unsigned>(channels), interleaved.data(), samples,
                   nullptr, result.data(), wanted, &made, &io, &quality, &runtime);
  if (error != nullptr) {
    throw core::UsageError(fmt::format("resampling from {} to {} Hz: {}", from_hz, to_hz, error));
  }
  return result;
}

StreamResampler::StreamResampler(std::size_t channels, double from_hz, double to_hz)
    : channels_(channels), ratio_(to_hz / from_hz), to_hz_(to_hz) {
  check(0, channels, from_hz, to_hz);
  if (from_hz == to_hz) return;
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, 0);
  // The smallest blocks give the same samples with half the latency.
  soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
  runtime.log2_min_dft_size = 8;
  runtime.log2_large_dft_size = 8;
  const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  soxr_error_t error = nullptr;
  soxr_ =
      soxr_create(from_hz, to_hz, static_cast<unsigned>(channels), &error, &io, &quality, &runtime);
  if (error != nullptr) {
    throw core::UsageError(fmt::format("resampling from {} to {} Hz: {}", from_hz, to_hz, error));
  }
}

double StreamResampler::latency_s() const {
  if (soxr_ == nullptr) return 0.0;
  return (static_cast<double>(pushed_) * ratio_ - static_cast<double>(made_)) / to_hz_;
}

StreamResampler::~StreamResampler() {
  if (soxr_ != nullptr) soxr_delete(soxr_);
}

void StreamResampler::process(const float* in, std::size_t samples, std::vector<float>& out) {
  constexpr std::size_t kBlock = 8192;
  std::size_t used = 0;
  std::size_t got = 0;
  do {
    const std::size_t before = out.size();
    out.resize(before + kBlock * channels_);
    const float* from = in == nullptr ? nullptr : in + used * channels_;
    std::size_t took = 0;
    const soxr_error_t error =
        soxr_process(soxr_, from, samples - used, &took, out.data() + before, kBlock, &got);
    if (error != nullptr) throw core::UsageError(fmt::format("resampling: {}", error));
    out.resize(before + got * channels_);
    used += took;
    made_ += got;
  } while (used < samples || got == kBlock);
}

void StreamResampler::push(std::span<const float> interleaved, std::vector<float>& out) {
  const std::size_t samples = interleaved.size() / channels_;
  pushed_ += samples;
  if (soxr_ == nullptr) {
    out.insert(out.end(), interleaved.begin(), interleaved.end());
  } else if (samples > 0) {
    process(interleaved.data(), samples, out);
  }
}

void StreamResampler::finish(std::vector<float>& out) {
  if (soxr_ == nullptr) return;
  process(nullptr, 0, out);
  const auto wanted = static_cast<std::size_t>(std::llround(static_cast<double>(pushed_) * ratio_));
  if (made_ > wanted) out.resize(out.size() - std::min((made_ - wanted) * channels_, out.size()));
  if (made_ < wanted) out.resize(out.size() + (wanted - made_) * channels_, 0.0F);
  made_ = wanted;
}

}  // namespace dsp
