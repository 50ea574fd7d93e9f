#include "io/pcm.h"

#include <fmt/format.h>

#include <bit>

#include "core/errors.h"

namespace io {
namespace {

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
  const std::int32_t integer = top_aligned(p, bytes_of(format));
  if (format == PcmFormat::kF32) return std::bit_cast<float>(integer);
  return static_cast<float>(static_cast<double>(integer) / 2147483648.0);
}

}  // namespace

PcmFormat pcm_format(const std::string& name) {
  if (name == "s16") return PcmFormat::kS16;
  if (name == "s24") return PcmFormat::kS24;
  if (name == "s32") return PcmFormat::kS32;
  if (name == "f32") return PcmFormat::kF32;
  throw core::UsageError(
      fmt::format("--format: expected s16, s24, s32 or f32 (little-endian), found \"{}\"", name));
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
