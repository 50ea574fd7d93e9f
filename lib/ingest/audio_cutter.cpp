#include "ingest/audio_cutter.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "core/sample.h"

namespace ingest {
namespace {

/// Number of sample frames that are read at a time.
constexpr std::size_t kBlockFrames = 16384;

}  // namespace

AudioCutter::AudioCutter(const AudioSource& source, double rate_hz)
    : stream_(source),
      resampler_(stream_.channels(), stream_.sample_rate_hz(), rate_hz),
      channels_(stream_.channels()),
      block_(kBlockFrames * stream_.channels()) {}

void AudioCutter::fill_to(std::uint64_t end) {
  while (!ended_ && buffer_first_ + buffer_.size() / channels_ < end) {
    const std::size_t got = stream_.read(block_);
    if (got == 0) {
      resampler_.finish(buffer_);
      ended_ = true;
      return;
    }
    for (std::size_t i = 0; i < got * channels_; ++i) {
      if (!core::is_sample(block_[i])) block_[i] = 0.0F;
    }
    resampler_.push(std::span(block_.data(), got * channels_), buffer_);
  }
}

std::vector<float> AudioCutter::cut(std::uint64_t first, std::uint64_t end) {
  // Samples before `first` are not needed again. They are dropped block by block, so that a long
  // range that is not read needs no memory.
  while (true) {
    const std::uint64_t held = buffer_.size() / channels_;
    const std::uint64_t drop = std::min(first - std::min(first, buffer_first_), held);
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(drop * channels_));
    buffer_first_ += drop;
    if (ended_ || buffer_first_ + buffer_.size() / channels_ > first) break;
    fill_to(buffer_first_ + 1);
  }
  fill_to(end);
  std::vector<float> samples((end - first) * channels_, 0.0F);
  const std::uint64_t skip = (first - buffer_first_) * channels_;
  if (skip < buffer_.size()) {
    const std::size_t available = std::min<std::size_t>(samples.size(), buffer_.size() - skip);
    std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(skip), available, samples.begin());
  }
  return samples;
}

}  // namespace ingest
