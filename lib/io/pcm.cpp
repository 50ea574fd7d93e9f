#include "io/pcm.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

#include "core/errors.h"

namespace io {
namespace {

/// Names of each format: ours, ALSA's, ffmpeg's.
struct FormatNames {
  PcmFormat format;
  std::array<std::string_view, 3> names;
};
constexpr std::array<FormatNames, 5> kFormats = {{{PcmFormat::kS16, {"s16", "S16_LE", "s16le"}},
                                                  {PcmFormat::kS24, {"s24", "S24_3LE", "s24le"}},
                                                  {PcmFormat::kS24In32, {"s24_32", "S24_LE", ""}},
                                                  {PcmFormat::kS32, {"s32", "S32_LE", "s32le"}},
                                                  {PcmFormat::kF32, {"f32", "FLOAT_LE", "f32le"}}}};

/// Size of a sample in bytes.
std::size_t bytes_of(PcmFormat format) {
  if (format == PcmFormat::kS16) return 2;
  return format == PcmFormat::kS24 ? 3 : 4;
}

/// The number in `bytes` bytes at p, shifted to the top of 32 bits, where its sign bit is the sign.
std::int32_t top_aligned(const std::uint8_t* p, std::size_t bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    value |= static_cast<std::uint32_t>(p[i]) << (8 * (4 - bytes + i));
  }
  return std::bit_cast<std::int32_t>(value);
}

float decode_one(const std::uint8_t* p, PcmFormat format) {
  // The fourth byte of 24 bits in four has no meaning.
  const std::int32_t integer = top_aligned(p, format == PcmFormat::kS24In32 ? 3 : bytes_of(format));
  if (format == PcmFormat::kF32) return std::bit_cast<float>(integer);
  return static_cast<float>(static_cast<double>(integer) / 2147483648.0);
}

}  // namespace

PcmFormat pcm_format(const std::string& name) {
  for (const FormatNames& known : kFormats) {
    if (!name.empty() &&
        std::find(known.names.begin(), known.names.end(), name) != known.names.end())
      return known.format;
  }
  throw core::UsageError(
      fmt::format("--format: expected s16, s24 (3 bytes), s24_32 (ALSA's S24_LE: 24 bits in 4 "
                  "bytes), s32 or f32 "
                  "(little-endian), found \"{}\"",
                  name));
}

const char* name_of(PcmFormat format) {
  return kFormats[static_cast<std::size_t>(format)].names[0].data();
}

PcmDecoder::PcmDecoder(PcmFormat format, std::size_t channels)
    : format_(format), frame_bytes_(bytes_of(format) * channels) {}

std::span<const float> PcmDecoder::decode(std::span<const std::uint8_t> bytes) {
  rest_.insert(rest_.end(), bytes.begin(), bytes.end());
  const std::size_t whole = rest_.size() / frame_bytes_;
  const std::size_t size = bytes_of(format_);
  values_.resize(whole * frame_bytes_ / size);
  for (std::size_t i = 0; i < values_.size(); ++i) {
    values_[i] = decode_one(rest_.data() + i * size, format_);
  }
  rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(whole * frame_bytes_));
  samples_ += whole;
  return values_;
}

}  // namespace io
