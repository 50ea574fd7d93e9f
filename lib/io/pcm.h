/// Raw interleaved PCM from a pipe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace io {

/// Little-endian sample formats. kS24: three bytes. kS24In32: the low three of four bytes, as ALSA's
/// S24_LE.
enum class PcmFormat { kS16, kS24, kS24In32, kS32, kF32 };

/// The format of the name "s16", "s24", "s24_32", "s32" or "f32". The names of ALSA (S16_LE,
/// S24_3LE, S24_LE, S32_LE, FLOAT_LE) and of ffmpeg (s16le, s24le, s32le, f32le) are known too.
/// @throws core::UsageError for another name
PcmFormat pcm_format(const std::string& name);

/// "s16", "s24", "s24_32", "s32", "f32".
const char* name_of(PcmFormat format);

/// Decodes a stream of bytes that arrives in blocks of any size. Full scale is 1.
class PcmDecoder {
 public:
  PcmDecoder(PcmFormat format, std::size_t channels);

  /// Takes the next bytes.
  /// @return  the sample frames that are complete now, [samples, channels]; valid until the next
  ///          call
  std::span<const float> decode(std::span<const std::uint8_t> bytes);
  /// Number of bytes of the sample frame that is not complete. At the end of the input they are
  /// lost.
  std::size_t incomplete_bytes() const { return rest_.size(); }
  /// Number of sample frames decoded so far.
  std::uint64_t samples() const { return samples_; }

 private:
  PcmFormat format_;
  std::size_t frame_bytes_;
  std::vector<std::uint8_t> rest_;
  std::vector<float> values_;
  std::uint64_t samples_ = 0;
};

}  // namespace io
