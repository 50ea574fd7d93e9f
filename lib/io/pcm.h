/// Raw interleaved PCM, as programs pipe it to each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace io {

/// Little-endian sample formats, named as sox and arecord name them.
enum class PcmFormat { kS16, kS24, kS32, kF32 };

/// "s16", "s24" (three bytes), "s32" or "f32". @throws core::UsageError for anything else
PcmFormat pcm_format(const std::string& name);
std::size_t bytes_of(PcmFormat format);

/// Turns a byte stream that arrives in pieces of any size into samples; full scale is 1.
class PcmDecoder {
 public:
  PcmDecoder(PcmFormat format, std::size_t channels);

  /// @return  whole sample frames complete by now, [samples, channels]; valid until the next call
  std::span<const float> decode(std::span<const std::uint8_t> bytes);
  /// Bytes of a sample frame that is not complete yet: at the end of input, lost.
  std::size_t incomplete_bytes() const { return rest_.size(); }
  /// Sample frames decoded so far.
  std::uint64_t samples() const { return samples_; }

 private:
  PcmFormat format_;
  std::size_t frame_bytes_;
  std::vector<std::uint8_t> rest_;
  std::vector<float> values_;
  std::uint64_t samples_ = 0;
};

}  // namespace io
