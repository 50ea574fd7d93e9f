/// PCM from a pipe: raw, or behind the header of a WAV.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/pcm.h"

namespace io {

/// What is known about PCM; empty or 0: not known.
struct PcmLayout {
  std::optional<PcmFormat> format;
  double sample_rate_hz = 0.0;
  std::size_t channels = 0;
};

/// Decodes a stream of bytes that arrives in blocks of any size. If the stream starts with the
/// header of a WAV, RF64 or BW64, the header says what it is, and the samples end where it says;
/// otherwise the stream is raw PCM.
class PcmInput {
 public:
  /// @param stated    what the user states; a header must not contradict it
  /// @param defaults  of raw PCM, for what is not stated
  PcmInput(const PcmLayout& stated, const PcmLayout& defaults);

  /// Takes the next bytes.
  /// @return  the sample frames that are complete now, [samples, channels]; valid until the next
  ///          call
  /// @throws core::InputError  if the stream is another kind of file, if its samples are neither
  ///                           PCM of 16, 24 or 32 bits nor 32-bit float, or if its header
  ///                           contradicts what is stated
  std::span<const float> decode(std::span<const std::uint8_t> bytes);
  /// Ends the input: a few bytes that could still be a header are samples. @return  as decode()
  std::span<const float> finish();

  /// True when format, rate and channels are known: after the first bytes or the header.
  bool known() const { return decoder_.has_value(); }
  /// Format, rate and channels, once they are known.
  const PcmLayout& layout() const { return layout_; }
  /// True if a header was found.
  bool has_header() const { return has_header_; }
  /// See PcmDecoder.
  std::size_t incomplete_bytes() const { return decoder_ ? decoder_->incomplete_bytes() : 0; }
  std::uint64_t samples() const { return decoder_ ? decoder_->samples() : 0; }
  /// Number of bytes of samples that the header states and that have not come. 0 without a header,
  /// and if the header does not state a size.
  std::uint64_t missing_bytes() const { return left_.value_or(0); }

 private:
  bool read_header();
  void read_format(std::size_t at, std::size_t size);
  void start_raw();
  void start(const PcmLayout& layout);
  std::span<const float> decode_samples(std::span<const std::uint8_t> bytes);

  PcmLayout stated_;
  PcmLayout defaults_;
  PcmLayout layout_;
  bool has_header_ = false;
  std::vector<std::uint8_t> start_;    ///< Bytes until the layout is known.
  std::size_t chunk_at_ = 12;          ///< Next chunk of the header.
  std::uint64_t long_bytes_ = 0;       ///< Size that "ds64" states.
  PcmLayout header_;                   ///< What "fmt " states.
  std::optional<std::uint64_t> left_;  ///< Bytes of samples still to come; empty: not known.
  std::optional<PcmDecoder> decoder_;
};

}  // namespace io
